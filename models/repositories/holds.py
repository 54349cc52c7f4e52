"""Stations that are kept for drafts whose enterprise was told of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.demands import StationHold


def put(session: Session, draft_id: str, station_pk: int, until: datetime, now: datetime) -> None:
    """Replaces the draft's earlier hold; holds that are over go away."""
    session.execute(delete(StationHold).where((StationHold.draft_id == draft_id) | (StationHold.until <= now)))
    session.add(StationHold(draft_id=draft_id, station_pk=station_pk, until=until))
    session.flush()


def of_draft(session: Session, draft_id: str, now: datetime) -> int | None:
    """The station that is kept for the draft."""
    held = session.get(StationHold, draft_id)
    return held.station_pk if held is not None and held.until > now else None


def release(session: Session, draft_id: str) -> None:
    session.execute(delete(StationHold).where(StationHold.draft_id == draft_id))


def counts(session: Session, station_pks: Sequence[int], but: str, now: datetime) -> dict[int, int]:
    """Station → holds for other drafts than `but`."""
    query = select(StationHold.station_pk, func.count()).where(
        StationHold.station_pk.in_(station_pks), StationHold.until > now, StationHold.draft_id != but
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(StationHold.station_pk))}
