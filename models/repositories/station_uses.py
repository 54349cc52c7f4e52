"""What has come to refer to stations and their liaisons, and would be lost with them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.demands import ActionToken, CaseEvent, Demand, StationHold
from models.directory import Station
from models.outbox import Notice
from models.parties import Consent
from models.staff import User


def with_cases(session: Session, station_ids: Sequence[str], now: datetime) -> set[str]:
    """Those that have or had a demand, or are kept for one that is being written."""
    held = exists().where(StationHold.station_pk == Station.id, StationHold.until > now)
    used = or_(
        exists().where(Demand.station_pk == Station.id),
        exists().where(CaseEvent.station_id == Station.station_id),
        exists().where(Consent.station_id == Station.station_id),
        held,
    )
    return set(session.scalars(select(Station.station_id).where(Station.station_id.in_(station_ids), used)))


def with_accounts(session: Session, role: str, scopes: Sequence[str]) -> set[str]:
    """Those that somebody may sign in for: station_ids (liaison) or names of societies (society)."""
    query = select(User.scope).where(User.role == role, User.scope.in_(scopes))
    return {scope for scope in session.scalars(query) if scope}


def liaisons_at_work(session: Session, pks: Sequence[int]) -> set[int]:
    """Those who have a demand, or were told of one."""
    found = set(session.scalars(select(Demand.liaison_pk).where(Demand.liaison_pk.in_(pks))))
    found |= set(session.scalars(select(ActionToken.liaison_pk).where(ActionToken.liaison_pk.in_(pks))))
    told = select(Notice.recipient).where(
        Notice.recipient.in_([str(pk) for pk in pks]), Notice.channel.in_(("telegram", "wecom"))
    )
    return {pk for pk in found if pk is not None} | {int(one) for one in session.scalars(told)}
