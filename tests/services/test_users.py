"""Accounts, passwords, lock-out and tokens."""

import pytest
from argon2 import PasswordHasher

from bot.core.roles import Role
from bot.services.audit import SYSTEM
from bot.services.login import FAILURES, LIFETIME, LOCK, LoginRefusedError
from bot.services.passwords import Passwords, WeakPasswordError
from bot.services.users import UserError, UserService
from models import ApiToken, AuditEntry, Database, LoginSession, User
from tests.conftest import Clock

GOOD = "sample-Pass-2026"


@pytest.fixture
def users(database: Database, clock: Clock) -> UserService:
    return UserService(database, clock, Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)))


def settled(users: UserService, username: str = "zhang.san", role: Role = Role.CITY) -> None:
    """A person who has changed the first password to GOOD."""
    first = users.create(SYSTEM, username, "张示例", role)
    users.change_password(users.login.sign_in(username, first).viewer, first, GOOD)


def test_secrets_are_stored_as_digests_only(users: UserService, database: Database) -> None:
    settled(users)
    cookie = users.login.sign_in("zhang.san", GOOD).cookie
    token = users.add_token("zhang.san", "report")
    with database.read() as session:
        stored = [row.digest for row in session.query(LoginSession)]
        stored += [row.digest for row in session.query(ApiToken)]
        stored += [row.password_hash for row in session.query(User)]
    assert not {cookie, token, GOOD} & set(stored)
    assert all("argon2id" in value or len(value) == 64 for value in stored)


def test_wrong_passwords_lock_the_account_for_a_while(users: UserService, clock: Clock) -> None:
    settled(users)
    for _ in range(FAILURES):
        with pytest.raises(LoginRefusedError):
            users.login.sign_in("zhang.san", "wrong")
    with pytest.raises(LoginRefusedError):
        users.login.sign_in("zhang.san", GOOD)
    clock.now += LOCK
    assert users.login.sign_in("zhang.san", GOOD).viewer.username == "zhang.san"


def test_a_right_password_forgives_earlier_failures(users: UserService) -> None:
    settled(users)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            with pytest.raises(LoginRefusedError):
                users.login.sign_in("zhang.san", "wrong")
        users.login.sign_in("zhang.san", GOOD)


class Counting(Passwords):
    """Counts how often a password is really checked."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self.checks = 0

    def verify(self, stored: str | None, password: str) -> bool:
        self.checks += 1
        return super().verify(stored, password)


def test_unknown_and_locked_names_cost_the_same_check(sqlite_database: Database, clock: Clock) -> None:
    passwords = Counting()
    users = UserService(sqlite_database, clock, passwords)
    settled(users)
    passwords.checks = 0
    for name in ("zhang.san", "nobody"):
        with pytest.raises(LoginRefusedError):
            users.login.sign_in(name, "wrong")
    assert passwords.checks == 2


def test_session_ends_after_its_lifetime_however_busy(users: UserService, clock: Clock) -> None:
    settled(users)
    cookie = users.login.sign_in("zhang.san", GOOD).cookie
    for _ in range(int(LIFETIME.total_seconds() // 3600)):
        assert users.login.viewer(cookie) is not None
        clock.advance(hours=1)
    assert users.login.viewer(cookie) is None


def test_changing_the_password_ends_the_other_sessions(users: UserService) -> None:
    settled(users)
    here, elsewhere = users.login.sign_in("zhang.san", GOOD), users.login.sign_in("zhang.san", GOOD)
    fresh = users.change_password(here.viewer, GOOD, "another-Pass-2026")
    assert users.login.viewer(elsewhere.cookie) is None
    assert users.login.viewer(fresh) is not None


def test_disabling_ends_sessions_and_tokens(users: UserService) -> None:
    settled(users)
    cookie = users.login.sign_in("zhang.san", GOOD).cookie
    token = users.add_token("zhang.san", "report")
    users.disable(SYSTEM, "zhang.san")
    assert users.login.viewer(cookie) is None
    assert users.by_token(token) is None
    with pytest.raises(LoginRefusedError):
        users.login.sign_in("zhang.san", GOOD)
    with pytest.raises(UserError, match="unknown"):
        users.add_token("zhang.san", "again")


def test_last_administrator_stays(users: UserService) -> None:
    users.ensure_admin()
    with pytest.raises(UserError, match="last_admin"):
        users.disable(SYSTEM, "admin")
    users.create(SYSTEM, "second", "李示例", Role.ADMIN)
    users.disable(SYSTEM, "admin")


@pytest.mark.parametrize(
    ("username", "name", "role", "scope", "code"),
    [
        ("张三", "张示例", Role.CITY, None, "username"),
        ("ab", "张示例", Role.CITY, None, "username"),
        ("zhang", " ", Role.CITY, None, "name"),
        ("zhang", "张示例", Role.DISTRICT, " ", "scope_needed"),
        ("zhang", "张示例", Role.CITY, "郫都区", "scope_unwanted"),
    ],
)
def test_impossible_accounts_are_refused(
    users: UserService, username: str, name: str, role: Role, scope: str | None, code: str
) -> None:
    with pytest.raises(UserError, match=code):
        users.create(SYSTEM, username, name, role, scope)


@pytest.mark.parametrize("password", ["short1", "aaaaaaaaaaaaa", "my-zhang.san-1", "x" * 129])
def test_weak_passwords_are_refused(users: UserService, password: str) -> None:
    settled(users)
    viewer = users.login.sign_in("zhang.san", GOOD).viewer
    with pytest.raises(WeakPasswordError):
        users.change_password(viewer, GOOD, password)


def test_reset_gives_a_password_for_one_use(users: UserService) -> None:
    settled(users)
    secret = users.reset_password(SYSTEM, "zhang.san")
    assert users.login.sign_in("zhang.san", secret).viewer.must_change_password


def test_every_change_is_on_record_without_secrets(users: UserService, database: Database) -> None:
    settled(users)
    token = users.add_token("zhang.san", "report")
    with database.read() as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [entry.action for entry in entries] == [
        "user_created",
        "login",
        "password_changed",
        "token_added",
    ]
    assert token not in str([entry.data for entry in entries])
