"""Demands: the list with its filters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from bot.console.queries import scope
from bot.console.queries.funnel import FUNNEL, got_to
from bot.console.queries.paging import PER_PAGE, Page, portion, total
from bot.console.queries.period import end_of, start_of
from bot.core.case import OPEN, STAFF_QUEUE
from bot.core.roles import Viewer
from bot.services.demand_record import as_record
from models import Database, Demand, Enterprise, Station
from models.repositories import exports

RUNNING = OPEN | STAFF_QUEUE
"""States in which a step is due."""
SORTS: dict[str, tuple[ColumnElement[Any] | Any, ...]] = {
    "-submitted": (Demand.submitted_at.desc(), Demand.id.desc()),
    "submitted": (Demand.submitted_at, Demand.id),
    "due": (Demand.due_at.is_(None), Demand.due_at, Demand.id),
    "-updated": (Demand.updated_at.desc(), Demand.id.desc()),
    "-quality": (Demand.quality_score.desc(), Demand.id.desc()),
    "quality": (Demand.quality_score, Demand.id),
}


@dataclass(frozen=True)
class DemandFilter:
    """What the list is narrowed to; empty texts and None do not narrow."""

    state: str = ""
    field: str = ""
    category: str = ""
    district: str = ""
    station: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    """Looked for in number, title, problem and enterprise."""
    overdue: bool = False
    queue: bool = False
    sender: str = ""
    reached: str = ""
    """A step of the funnel."""


@dataclass(frozen=True)
class DemandRow:
    """One line of the list; times in UTC."""

    demand_no: str
    title: str
    state: str
    category: str
    field: str
    district: str
    enterprise_name: str | None
    station_id: str | None
    station_name: str | None
    quality_score: int
    due_at: datetime | None
    overdue: bool
    submitted_at: datetime
    room: list[str]
    """Stations that were full when it was routed and have room now."""


def search(
    db: Database,
    viewer: Viewer,
    wanted: DemandFilter,
    now: datetime,
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
    sort: str = "-submitted",
) -> Page[DemandRow]:
    """One page of the demands that the viewer may see."""
    query = _narrowed(viewer, wanted, now)
    with db.read() as session:
        found = session.scalars(
            portion(query.order_by(*SORTS.get(sort, SORTS["-submitted"])), page, per_page).options(
                joinedload(Demand.station)
            )
        ).all()
        return Page([_row(demand, now) for demand in found], total(session, query), page, per_page)


def records(
    db: Database, viewer: Viewer, wanted: DemandFilter, now: datetime, *, page: int, per_page: int
) -> Page[dict[str, Any]]:
    """The same as whole records for the JSON interface, contacts masked."""
    query = _narrowed(viewer, wanted, now)
    with db.read() as session:
        loads = (
            joinedload(Demand.contact),
            joinedload(Demand.station),
            joinedload(Demand.liaison),
            selectinload(Demand.attachments),
        )
        found = session.scalars(portion(query.order_by(*SORTS["-submitted"]), page, per_page).options(*loads)).all()
        rows = [as_record(row, exports.consents_of(session, row), contacts=False) for row in found]
        return Page(rows, total(session, query), page, per_page)


def _narrowed(viewer: Viewer, wanted: DemandFilter, now: datetime) -> Select[Demand]:
    query = select(Demand).where(scope.demands(viewer))
    for column, value in (
        (Demand.state, wanted.state),
        (Demand.field, wanted.field),
        (Demand.category, wanted.category),
        (Demand.district, wanted.district),
        (Demand.sender_id, wanted.sender),
    ):
        if value:
            query = query.where(column == value)
    if wanted.station:
        query = query.where(Demand.station_pk.in_(_stations(wanted.station)))
    if wanted.since:
        query = query.where(Demand.submitted_at >= start_of(wanted.since))
    if wanted.until:
        query = query.where(Demand.submitted_at < end_of(wanted.until))
    if wanted.overdue:
        query = query.where(is_overdue(now))
    if wanted.queue:
        query = query.where(Demand.state.in_(STAFF_QUEUE))
    if wanted.reached in FUNNEL:
        query = query.where(got_to(wanted.reached))
    if wanted.text:
        query = query.where(_mentions(wanted.text))
    return query


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """A condition on Demand: a step was due before `now`."""
    return (Demand.due_at < now) & Demand.state.in_(RUNNING)


def _stations(named: str) -> Select[int]:
    return select(Station.id).where(or_(Station.station_id == named, Station.name.icontains(named, autoescape=True)))


def _mentions(text: str) -> ColumnElement[bool]:
    enterprises = select(Enterprise.id).where(Enterprise.name.icontains(text, autoescape=True))
    return or_(
        Demand.demand_no.icontains(text, autoescape=True),
        Demand.title.icontains(text, autoescape=True),
        Demand.problem.icontains(text, autoescape=True),
        Demand.enterprise_id.in_(enterprises),
    )


def _row(demand: Demand, now: datetime) -> DemandRow:
    return DemandRow(
        demand_no=demand.demand_no,
        title=demand.title,
        state=demand.state,
        category=demand.category,
        field=demand.field,
        district=demand.district,
        enterprise_name=demand.enterprise.name if demand.enterprise else None,
        station_id=demand.station.station_id if demand.station else None,
        station_name=demand.station.name if demand.station else None,
        quality_score=demand.quality_score,
        due_at=demand.due_at,
        overdue=demand.due_at is not None and demand.due_at < now and demand.state in RUNNING,
        submitted_at=demand.submitted_at,
        room=list(demand.routing.get("room", {}).values()) if demand.station_pk is None else [],
    )
