"""Demands and their cases: locked for a change, listed for the clock, told to the person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, selectinload

from bot.core.case import GAVE_BACK, State
from models.demands import ActionToken, CaseEvent, Demand
from models.directory import Liaison, Station
from models.parties import Consent


def locked(session: Session, demand_no: str) -> Demand | None:
    """The demand with its row locked until the transaction ends (SQLite: the whole database is)."""
    return session.scalars(select(Demand).where(Demand.demand_no == demand_no).with_for_update(of=Demand)).one_or_none()


def by_number(session: Session, demand_no: str) -> Demand | None:
    return session.scalars(select(Demand).where(Demand.demand_no == demand_no)).one_or_none()


def locked_by_id(session: Session, demand_id: int) -> Demand | None:
    return session.scalars(select(Demand).where(Demand.id == demand_id).with_for_update(of=Demand)).one_or_none()


def locked_stations(session: Session, station_ids: Sequence[str]) -> dict[str, Station]:
    """The stations with their rows locked, as they are now; their open cases cannot grow meanwhile.

    Locked in the order of their keys, so that two transactions never wait for each other.
    """
    query = select(Station).where(Station.station_id.in_(station_ids)).order_by(Station.id)
    locked = query.with_for_update(of=Station).execution_options(populate_existing=True)
    return {station.station_id: station for station in session.scalars(locked)}


def lock_all_stations(session: Session) -> None:
    """In the same order as `locked_stations`, for a change of many of them at once."""
    session.execute(select(Station.id).order_by(Station.id).with_for_update(of=Station)).all()


def without_station(session: Session, states: Sequence[str], limit: int) -> list[Demand]:
    """Demands in `states` that no station has, the oldest first."""
    query = select(Demand).where(Demand.station_pk.is_(None), Demand.state.in_(states))
    return list(session.scalars(query.order_by(Demand.id).limit(limit)))


def of_sender(session: Session, sender_id: str, demand_no: str | None, limit: int = 20) -> list[Demand]:
    """A person's demands, the latest first."""
    query = select(Demand).where(Demand.sender_id == sender_id).options(selectinload(Demand.station))
    if demand_no:
        query = query.where(Demand.demand_no == demand_no)
    return list(session.scalars(query.order_by(Demand.id.desc()).limit(limit)))


def submitted_since(session: Session, sender_id: str, since: datetime) -> int:
    """How many demands this person submitted from `since` on."""
    query = select(func.count()).select_from(Demand).where(Demand.sender_id == sender_id, Demand.submitted_at >= since)
    return session.scalars(query).one()


def past_due(session: Session, until: datetime, states: Sequence[str]) -> list[str]:
    """Numbers of demands in `states` whose limit ends by `until`."""
    return list(
        session.scalars(
            select(Demand.demand_no)
            .where(Demand.due_at.is_not(None), Demand.due_at <= until, Demand.state.in_(states))
            .order_by(Demand.due_at)
        )
    )


def unreached(session: Session) -> list[str]:
    """Numbers of new demands whose station could not be told in any way, as they still stand."""
    query = (
        select(Demand.demand_no)
        .join(CaseEvent, CaseEvent.demand_id == Demand.id)
        .where(Demand.state == State.AWAITING_PICKUP, CaseEvent.kind == "escalated")
        .where(CaseEvent.data["unreached"].as_integer() == Demand.version)
    )
    return list(session.scalars(query.distinct()))


def share_consent(session: Session, demand_id: int, station_id: str) -> Consent | None:
    """The consent in force to give this station the contact of this demand."""
    last = session.scalars(
        select(Consent)
        .where(Consent.demand_id == demand_id, Consent.kind == "share", Consent.station_id == station_id)
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()
    return last if last and last.given and last.withdrawn_at is None else None


def action_token(session: Session, digest: str) -> ActionToken | None:
    return session.get(ActionToken, digest)


def latest_question(session: Session, telegram_id: int, since: datetime) -> Row[ActionToken, Demand, Liaison] | None:
    """The last token that waits for a typed answer of this person, if its demand has not changed since."""
    query = (
        select(ActionToken, Demand, Liaison)
        .join(Demand, Demand.id == ActionToken.demand_id)
        .join(Liaison, Liaison.id == ActionToken.liaison_pk)
        .where(Liaison.telegram_id == telegram_id, Liaison.active, ActionToken.action.like("typed:%"))
        .where(ActionToken.version == Demand.version, ActionToken.created_at >= since)
        .order_by(ActionToken.created_at.desc())
        .limit(1)
    )
    return session.execute(query).first()


def station_by_pk(session: Session, pk: int) -> Station | None:
    return session.get(Station, pk)


def station_pks(session: Session, station_ids: Sequence[str]) -> dict[str, int]:
    query = select(Station.station_id, Station.id).where(Station.station_id.in_(station_ids))
    return {row.station_id: row.id for row in session.execute(query)}


def liaison(session: Session, pk: int) -> Liaison | None:
    return session.get(Liaison, pk)


def last_event(session: Session, demand_id: int, kinds: Sequence[str] | None = None) -> CaseEvent | None:
    query = select(CaseEvent).where(CaseEvent.demand_id == demand_id)
    if kinds:
        query = query.where(CaseEvent.kind.in_(kinds))
    return session.scalars(query.order_by(CaseEvent.id.desc()).limit(1)).first()


def last_event_id(session: Session, demand_id: int) -> int:
    return session.scalars(select(func.max(CaseEvent.id)).where(CaseEvent.demand_id == demand_id)).one() or 0


def change_of(session: Session, demand_id: int, version: int) -> CaseEvent | None:
    """The event that replaced this version of the demand."""
    query = select(CaseEvent).where(CaseEvent.demand_id == demand_id, CaseEvent.data["seen"].as_integer() == version)
    return session.scalars(query.order_by(CaseEvent.id).limit(1)).first()


def last_change(session: Session, demand_id: int) -> CaseEvent | None:
    """The latest event that changed the demand."""
    query = select(CaseEvent).where(CaseEvent.demand_id == demand_id, CaseEvent.data["seen"].as_integer().is_not(None))
    return session.scalars(query.order_by(CaseEvent.id.desc()).limit(1)).first()


def stations_that_returned(session: Session, demand_id: int) -> frozenset[str]:
    """Ids of the stations that gave this demand back or let it lie."""
    found = session.scalars(
        select(CaseEvent.station_id).where(CaseEvent.demand_id == demand_id, CaseEvent.kind.in_(GAVE_BACK))
    )
    return frozenset(station_id for station_id in found if station_id)


def share_answer(session: Session, demand_id: int, station_id: str) -> Consent | None:
    """The latest yes or no to giving this station the contact, also when it was withdrawn later."""
    return session.scalars(
        select(Consent)
        .where(Consent.demand_id == demand_id, Consent.kind == "share", Consent.station_id == station_id)
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()
