"""Opaque tokens: what a button or an address may do, for whom, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import ActionToken, Demand, Session
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


def issue_in(session: Session, demand: Demand, liaison_pk: int, action: str, now: datetime) -> str:
    """A new token; only its digest is stored."""
    secret = token()
    session.add(
        ActionToken(
            digest=digest(secret),
            demand_id=demand.id,
            liaison_pk=liaison_pk,
            action=action,
            version=demand.version,
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
