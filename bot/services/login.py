"""Signing in and out of the console."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.roles import Role, Viewer
from bot.services import audit
from bot.services.passwords import Passwords
from models import Database, LoginSession, Session, User
from models.crypto import digest, token
from models.repositories import users

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
FAILURES = 5
"""Wrong passwords in a row that lock an account."""
LOCK = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)


class LoginRefusedError(Exception):
    """Wrong name or password, disabled, or locked: the answer is the same for all."""


@dataclass(frozen=True)
class SignedIn:
    """A new browser session; `cookie` is shown to nobody but the browser."""

    viewer: Viewer
    cookie: str = field(repr=False)


class LoginService:
    """Browser sessions of staff; locks an account after FAILURES wrong passwords for LOCK."""

    def __init__(self, db: Database, clock: Callable[[], datetime], passwords: Passwords) -> None:
        self._db = db
        self._clock = clock
        self._passwords = passwords

    def sign_in(self, username: str, password: str, *, previous: str | None = None) -> SignedIn:
        """A fresh session; `previous` (the cookie the browser came with) ends. Raises LoginRefusedError."""
        with self._db.read() as session:
            user = users.by_username(session, username)
            stored = user.password_hash if user else None
        right = self._passwords.verify(stored, password)
        signed_in = None
        with self._db.begin() as session:
            user = users.by_username(session, username)
            if user is not None and user.password_hash == stored:
                signed_in = self._decide(session, user, right, password, previous)
        if signed_in is None:
            raise LoginRefusedError
        return signed_in

    def _decide(
        self, session: Session, user: User, right: bool, password: str, previous: str | None
    ) -> SignedIn | None:
        now = self._clock()
        if user.disabled_at is not None or (user.locked_until is not None and user.locked_until > now):
            return None
        if not right:
            self._count_failure(session, user, now)
            return None
        user.failed_logins, user.locked_until, user.last_login_at = 0, None, now
        if self._passwords.outdated(user.password_hash):
            user.password_hash = self._passwords.hash(password)
        users.end_expired_logins(session, now)
        if previous:
            users.end_login(session, digest(previous))
        audit.record_in(session, now, audit.Actor.staff(as_viewer(user)), "login")
        return SignedIn(as_viewer(user), open_session(session, user, now))

    def _count_failure(self, session: Session, user: User, now: datetime) -> None:
        user.failed_logins += 1
        actor = audit.Actor.staff(as_viewer(user))
        audit.record_in(session, now, actor, "login_failed", data={"count": user.failed_logins})
        if user.failed_logins >= FAILURES:
            user.failed_logins, user.locked_until = 0, now + LOCK
            audit.record_in(session, now, actor, "account_locked")

    def viewer(self, cookie: str | None) -> Viewer | None:
        """Whose cookie this is; None when it is unknown, expired, idle for too long or the person disabled."""
        if not cookie:
            return None
        now = self._clock()
        with self._db.read() as session:
            login = users.login(session, digest(cookie))
            if login is None or login.user.disabled_at is not None:
                return None
            if login.expires_at <= now or login.seen_at + IDLE <= now:
                return None
            viewer, stale = as_viewer(login.user), login.seen_at + _SEEN_EVERY <= now
        if stale:
            self._touch(cookie, now)
        return viewer

    def _touch(self, cookie: str, now: datetime) -> None:
        with self._db.begin() as session:
            login = users.login(session, digest(cookie))
            if login is not None:
                login.seen_at = now

    def sign_out(self, cookie: str) -> None:
        with self._db.begin() as session:
            login = users.login(session, digest(cookie))
            if login is not None:
                actor = audit.Actor.staff(as_viewer(login.user))
                audit.record_in(session, self._clock(), actor, "logout")
            users.end_login(session, digest(cookie))


def open_session(session: Session, user: User, now: datetime) -> str:
    """Adds a browser session of the person; the cookie's value."""
    cookie = token()
    session.add(
        LoginSession(digest=digest(cookie), user_id=user.id, created_at=now, seen_at=now, expires_at=now + LIFETIME)
    )
    return cookie


def as_viewer(user: User) -> Viewer:
    return Viewer(user.id, user.username, user.display_name, Role(user.role), user.scope, user.must_change_password)
