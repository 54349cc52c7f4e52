"""Staff accounts, their sessions and tokens: what services ask of the tables."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.staff import ApiToken, LoginSession, User


def by_username(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def by_id(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def every(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.id)).all()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(User)) or 0


def active_admins(session: Session) -> int:
    query = select(func.count()).where(User.role == "admin", User.disabled_at.is_(None))
    return session.scalar(query) or 0


def login(session: Session, digest: str) -> LoginSession | None:
    return session.get(LoginSession, digest)


def end_login(session: Session, digest: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.digest == digest))


def end_logins_of(session: Session, user_id: int) -> None:
    session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def end_expired_logins(session: Session, now: datetime) -> None:
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))


def api_token(session: Session, digest: str) -> ApiToken | None:
    return session.get(ApiToken, digest)


def api_tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    query = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.created_at)
    return session.scalars(query).all()


def revoke_api_tokens(session: Session, user_id: int, now: datetime, label: str | None = None) -> int:
    """Revokes the tokens of a person, or only those with a label; how many there were."""
    rows = [row for row in api_tokens_of(session, user_id) if row.revoked_at is None]
    rows = [row for row in rows if label is None or row.label == label]
    for row in rows:
        row.revoked_at = now
    return len(rows)


def scopes_of(session: Session, role: str, scopes: Sequence[str]) -> set[str]:
    """Those of `scopes` for which somebody with this role can sign in."""
    query = select(User.scope).where(User.role == role, User.scope.in_(scopes), User.disabled_at.is_(None))
    return {scope for scope in session.scalars(query) if scope}
