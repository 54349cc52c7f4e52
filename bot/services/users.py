"""Staff accounts: who there is, their passwords and API tokens."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.roles import SCOPED, Role, Viewer
from bot.services import audit
from bot.services.login import LoginService, as_viewer, open_session
from bot.services.passwords import Passwords, check_strength, one_time_password
from models import ApiToken, Database, Session, User
from models.crypto import digest, token
from models.repositories import users

_USERNAME = re.compile(r"^[a-z][a-z0-9._-]{2,59}$")


class UserError(Exception):
    """A change of an account that cannot be made; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """exists, unknown, username, name, scope_needed, scope_unwanted, last_admin or wrong_password."""


@dataclass(frozen=True)
class Account:
    """A staff account as lists show it; times in UTC."""

    id: int
    username: str
    name: str
    role: Role
    scope: str | None
    created_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None
    locked_until: datetime | None
    tokens: tuple[str, ...] = ()
    """Labels of the API tokens in force."""


class UserService:
    """Accounts of staff and liaisons; `login` signs them in and out."""

    def __init__(self, db: Database, clock: Callable[[], datetime], passwords: Passwords | None = None) -> None:
        self._db = db
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.login = LoginService(db, clock, self._passwords)

    def ensure_admin(self, username: str = "admin") -> str | None:
        """Makes the first administrator when there is no account at all; the one-time password, to be shown once."""
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._db.begin() as session:
            if users.count(session):
                return None
            self._add(session, audit.SYSTEM, username, "管理员", Role.ADMIN, None, hashed)
        return password

    def create(
        self,
        actor: audit.Actor,
        username: str,
        name: str,
        role: Role,
        scope: str | None = None,
        password: str | None = None,
    ) -> str:
        """Makes an account; the first password (drawn when not given), which must be changed at the first login.

        Raises UserError, WeakPasswordError.
        """
        username, name, scope = username.strip().lower(), name.strip(), (scope or "").strip() or None
        _check(username, name, role, scope)
        if password is not None:
            check_strength(password, username)
        password = password or one_time_password()
        hashed = self._passwords.hash(password)
        with self._db.begin() as session:
            if users.by_username(session, username) is not None:
                raise UserError("exists")
            self._add(session, actor, username, name, role, scope, hashed)
        return password

    def _add(
        self,
        session: Session,
        actor: audit.Actor,
        username: str,
        name: str,
        role: Role,
        scope: str | None,
        hashed: str,
    ) -> None:
        now = self._clock()
        session.add(
            User(
                username=username,
                display_name=name,
                role=role.value,
                scope=scope,
                password_hash=hashed,
                must_change_password=True,
                created_at=now,
            )
        )
        data = {"role": role.value, "scope": scope}
        audit.record_in(session, now, actor, "user_created", subject=("user", username), data=data)

    def disable(self, actor: audit.Actor, username: str) -> None:
        """Ends all sessions and tokens too. Raises UserError(unknown, last_admin)."""
        now = self._clock()
        with self._db.begin() as session:
            user = _known(session, username)
            if user.disabled_at is not None:
                return
            if user.role == Role.ADMIN and users.active_admins(session) == 1:
                raise UserError("last_admin")
            user.disabled_at = now
            users.end_logins_of(session, user.id)
            users.revoke_api_tokens(session, user.id, now)
            audit.record_in(session, now, actor, "user_disabled", subject=("user", user.username))

    def enable(self, actor: audit.Actor, username: str) -> None:
        """Also lifts a lock after wrong passwords."""
        with self._db.begin() as session:
            user = _known(session, username)
            user.disabled_at, user.locked_until, user.failed_logins = None, None, 0
            audit.record_in(session, self._clock(), actor, "user_enabled", subject=("user", user.username))

    def reset_password(self, actor: audit.Actor, username: str) -> str:
        """A new one-time password; the person's sessions end."""
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._db.begin() as session:
            user = _known(session, username)
            user.password_hash, user.must_change_password = hashed, True
            user.failed_logins, user.locked_until = 0, None
            users.end_logins_of(session, user.id)
            audit.record_in(session, self._clock(), actor, "password_reset", subject=("user", user.username))
        return password

    def change_password(self, viewer: Viewer, current: str, new: str) -> str:
        """Ends all sessions of the person and opens a new one; its cookie.

        Raises UserError(wrong_password), WeakPasswordError.
        """
        with self._db.read() as session:
            user = users.by_id(session, viewer.id)
            stored = user.password_hash if user else None
        if not self._passwords.verify(stored, current):
            raise UserError("wrong_password")
        check_strength(new, viewer.username)
        hashed = self._passwords.hash(new)
        now = self._clock()
        with self._db.begin() as session:
            user = users.by_id(session, viewer.id)
            if user is None or user.password_hash != stored or user.disabled_at is not None:
                raise UserError("wrong_password")
            user.password_hash, user.must_change_password = hashed, False
            users.end_logins_of(session, user.id)
            audit.record_in(session, now, audit.Actor.staff(viewer), "password_changed")
            return open_session(session, user, now)

    def every(self) -> list[Account]:
        with self._db.read() as session:
            return [_account(user, users.api_tokens_of(session, user.id)) for user in users.every(session)]

    def find(self, username: str) -> Account | None:
        with self._db.read() as session:
            user = users.by_username(session, username)
            return _account(user, users.api_tokens_of(session, user.id)) if user else None

    def add_token(self, username: str, label: str, *, actor: audit.Actor = audit.SYSTEM) -> str:
        """A bearer token of the JSON interface, shown once. Raises UserError(unknown)."""
        drawn, now = f"zl_{token()}", self._clock()
        with self._db.begin() as session:
            user = _known(session, username)
            if user.disabled_at is not None:
                raise UserError("unknown")
            session.add(ApiToken(digest=digest(drawn), user_id=user.id, label=label.strip()[:60], created_at=now))
            audit.record_in(
                session, now, actor, "token_added", subject=("user", user.username), data={"label": label[:60]}
            )
        return drawn

    def revoke_tokens(self, username: str, label: str | None = None, *, actor: audit.Actor = audit.SYSTEM) -> int:
        """How many were in force."""
        now = self._clock()
        with self._db.begin() as session:
            user = _known(session, username)
            revoked = users.revoke_api_tokens(session, user.id, now, label)
            audit.record_in(session, now, actor, "token_revoked", subject=("user", user.username))
        return revoked

    def by_token(self, bearer: str) -> Viewer | None:
        """Whose bearer token this is; None when unknown, revoked, expired, or the person is disabled."""
        with self._db.read() as session:
            row = users.api_token(session, digest(bearer))
            if row is None or row.revoked_at is not None or row.user.disabled_at is not None:
                return None
            if row.expires_at is not None and row.expires_at <= self._clock():
                return None
            return as_viewer(row.user)


def _check(username: str, name: str, role: Role, scope: str | None) -> None:
    if not _USERNAME.match(username):
        raise UserError("username")
    if not 1 <= len(name) <= 60:
        raise UserError("name")
    if role in SCOPED and scope is None:
        raise UserError("scope_needed")
    if role not in SCOPED and scope is not None:
        raise UserError("scope_unwanted")
    if scope is not None and len(scope) > 80:
        raise UserError("scope_needed")


def _known(session: Session, username: str) -> User:
    user = users.by_username(session, username.strip().lower())
    if user is None:
        raise UserError("unknown")
    return user


def _account(user: User, tokens: Sequence[ApiToken]) -> Account:
    return Account(
        id=user.id,
        username=user.username,
        name=user.display_name,
        role=Role(user.role),
        scope=user.scope,
        created_at=user.created_at,
        last_login_at=user.last_login_at,
        disabled_at=user.disabled_at,
        locked_until=user.locked_until,
        tokens=tuple(row.label for row in tokens if row.revoked_at is None),
    )
