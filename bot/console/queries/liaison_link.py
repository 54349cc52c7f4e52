"""What a liaison's signed address stands for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from bot.console.queries import demand_detail
from bot.console.queries.demand_detail import DemandDetail
from bot.core.case import GAVE_BACK
from models import ActionToken, Database, Demand, Liaison, Station
from models.crypto import digest


@dataclass(frozen=True)
class LiaisonView:
    """A demand as the liaison of its station sees it."""

    detail: DemandDetail
    liaison_pk: int
    liaison_name: str
    station_id: str
    station_name: str
    mine: bool
    """The demand is still with this liaison's station."""
    reasons: list[str]
    """Why it came to this station."""
    colleagues: list[tuple[int, str]]
    """(number, name) of the station's other active liaisons."""
    others: list[tuple[str, str]]
    """(station_id, name) of the other stations on the short list."""


class LinkError(Exception):
    """The address cannot be used; `gone` when it was good once."""

    def __init__(self, *, gone: bool) -> None:
        super().__init__()
        self.gone = gone


def resolve(db: Database, token: str, now: datetime) -> LiaisonView:
    """Raises LinkError."""
    with db.read() as session:
        row = session.get(ActionToken, digest(token))
        if row is None or row.action != "page":
            raise LinkError(gone=False)
        liaison = session.get(
            Liaison, row.liaison_pk, options=[joinedload(Liaison.station).selectinload(Station.liaisons)]
        )
        demand = session.scalar(
            select(Demand)
            .where(Demand.id == row.demand_id)
            .options(
                joinedload(Demand.contact),
                joinedload(Demand.station),
                joinedload(Demand.liaison),
                selectinload(Demand.attachments),
                selectinload(Demand.events),
            )
        )
        if row.expires_at <= now or liaison is None or not liaison.active or demand is None:
            raise LinkError(gone=True)
        station = liaison.station
        return LiaisonView(
            detail=demand_detail.of(session, demand, now),
            liaison_pk=liaison.id,
            liaison_name=liaison.name,
            station_id=station.station_id,
            station_name=station.name,
            mine=demand.station_pk == station.id,
            reasons=_reasons(demand, station.station_id),
            colleagues=colleagues_of(station, liaison.id),
            others=others_of(demand, station.station_id),
        )


def targets(db: Database, demand_no: str) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """Whom the station that has the demand may pass it to: colleagues of its holder, and other stations."""
    with db.read() as session:
        demand = session.scalar(select(Demand).where(Demand.demand_no == demand_no))
        if demand is None or demand.station is None:
            return [], []
        return colleagues_of(demand.station, demand.liaison_pk), others_of(demand, demand.station.station_id)


def colleagues_of(station: Station, but: int | None) -> list[tuple[int, str]]:
    """(number, name) of the station's active liaisons but one."""
    return [(one.id, one.name) for one in station.liaisons if one.active and one.id != but]


def _reasons(demand: Demand, station_id: str) -> list[str]:
    for candidate in demand.routing.get("candidates", ()):
        if candidate.get("station_id") == station_id:
            return list(candidate.get("reasons", ()))
    return []


def others_of(demand: Demand, station_id: str) -> list[tuple[str, str]]:
    """Of the short list, those that neither have it nor gave it back."""
    out = {event.station_id for event in demand.events if event.kind in GAVE_BACK} | {station_id}
    listed = demand.routing.get("candidates", ())
    return [(one["station_id"], one["name"]) for one in listed if one["station_id"] not in out]
