"""Opaque tokens: what a button or an address may do, for whom, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import ActionToken, Demand, Liaison, Session
from models.crypto import digest, token
from models.repositories import demands

LIFE = timedelta(days=60)


@dataclass(frozen=True)
class Grant:
    """What a token allows."""

    demand_id: int
    liaison_pk: int
    action: str
    version: int


def issue_in(
    session: Session, demand: Demand, liaison_pk: int, action: str, now: datetime, version: int | None = None
) -> str:
    """A new token for the demand as it stands, or as it was at `version`; only its digest is stored."""
    secret = token()
    session.add(
        ActionToken(
            digest=digest(secret),
            demand_id=demand.id,
            liaison_pk=liaison_pk,
            action=action,
            version=demand.version if version is None else version,
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    return secret


def grant_in(session: Session, secret: str, now: datetime) -> Grant | None:
    """None for a token that is unknown or over."""
    row = demands.action_token(session, digest(secret))
    if row is None or row.expires_at <= now:
        return None
    return Grant(row.demand_id, row.liaison_pk, row.action, row.version)


def alias_in(session: Session, secret: str, name: str) -> None:
    """`name` (such as the place of a message) stands for the same as the token from now on."""
    row, key = demands.action_token(session, digest(secret)), digest(name)
    if row is None or demands.action_token(session, key) is not None:
        return
    session.add(
        ActionToken(
            digest=key,
            demand_id=row.demand_id,
            liaison_pk=row.liaison_pk,
            action=row.action,
            version=row.version,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
    )


def latest_question_in(session: Session, telegram_id: int, since: datetime) -> tuple[Liaison, str, Grant] | None:
    """(liaison, demand_no, grant) of the last question to this person that waits for a typed answer."""
    row = demands.latest_question(session, telegram_id, since)
    if row is None:
        return None
    question, demand, liaison = row
    return liaison, demand.demand_no, Grant(demand.id, liaison.id, question.action, question.version)
