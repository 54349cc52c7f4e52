"""Stations of the directory, their load and their liaisons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.console.queries import scope
from bot.console.queries.json_lists import any_item_begins, any_item_contains
from bot.console.queries.paging import PER_PAGE, Page, portion, total
from bot.core import agreement, taxonomy
from bot.core.case import OPEN
from bot.core.masking import mask_phone
from bot.core.roles import Viewer
from models import Database, Demand, Liaison, Society, Station

NAMES = 500


@dataclass(frozen=True)
class StationFilter:
    """What the list is narrowed to; empty texts do not narrow."""

    status: str = ""
    field: str = ""
    district: str = ""
    text: str = ""
    full: bool = False
    """Only stations whose open cases reach the capacity."""
    agreement_until: date | None = None
    """Only stations whose agreement ends on this day or before."""


@dataclass(frozen=True)
class StationRow:
    """One line of the list."""

    station_id: str
    name: str
    kind: str
    level: str
    society: str | None
    district: str | None
    fields: list[str]
    """First level of the national table, in words."""
    status: str
    open_cases: int
    capacity: int
    liaisons: int
    demo: bool
    agreement_end: date | None


@dataclass(frozen=True)
class LiaisonView:
    """A liaison, telephone masked."""

    name: str
    role: str
    phone: str | None
    channels: list[str]
    hours: str | None
    absence: str | None
    active: bool


@dataclass(frozen=True)
class StationDetail:
    row: StationRow
    values: dict[str, Any]
    """The rest of the directory's columns."""
    liaisons: list[LiaisonView]


def search(
    db: Database, viewer: Viewer, wanted: StationFilter, *, page: int = 1, per_page: int = PER_PAGE
) -> Page[StationRow]:
    with db.read() as session:
        query = _narrowed(viewer, wanted)
        found = session.scalars(
            portion(query.order_by(Station.station_id), page, per_page).options(selectinload(Station.liaisons))
        ).all()
        load = open_cases(session, [row.id for row in found])
        rows = [_row(row, load.get(row.id, 0)) for row in found]
        return Page(rows, total(session, query), page, per_page)


def detail(db: Database, viewer: Viewer, station_id: str) -> StationDetail | None:
    with db.read() as session:
        station = session.scalar(
            select(Station)
            .where(Station.station_id == station_id, scope.stations(viewer))
            .options(selectinload(Station.liaisons))
        )
        if station is None:
            return None
        load = open_cases(session, [station.id]).get(station.id, 0)
        return StationDetail(_row(station, load), _values(station), [_liaison(person) for person in station.liaisons])


def names(db: Database) -> list[tuple[str, str]]:
    """(station_id, name) of the first stations in operation, for choosing one; others are typed in by id."""
    with db.read() as session:
        query = select(Station.station_id, Station.name).where(Station.status == "运行")
        return [(code, name) for code, name in session.execute(query.order_by(Station.station_id).limit(NAMES))]


def open_cases(session: Session, ids: list[int]) -> dict[int, int]:
    """How many demands each station has at work."""
    query = (
        select(Demand.station_pk, func.count())
        .where(Demand.station_pk.in_(ids), Demand.state.in_(OPEN))
        .group_by(Demand.station_pk)
    )
    return {pk: count for pk, count in session.execute(query) if pk is not None}


def _narrowed(viewer: Viewer, wanted: StationFilter) -> Select[Station]:
    query = select(Station).where(scope.stations(viewer))
    if wanted.status:
        query = query.where(Station.status == wanted.status)
    if wanted.district:
        query = query.where(Station.district == wanted.district)
    if wanted.field:
        query = query.where(_works_in(wanted.field))
    if wanted.full:
        load = select(func.count()).where(Demand.station_pk == Station.id, Demand.state.in_(OPEN)).scalar_subquery()
        query = query.where(load >= Station.capacity)
    if wanted.agreement_until:
        query = query.where(agreement_ends_until(wanted.agreement_until))
    if wanted.text:
        query = query.where(_mentions(wanted.text))
    return query


def agreement_ends_until(last: date) -> ColumnElement[bool]:
    """A condition on Station; those whose agreement matters no more are left out."""
    end = Station.agreement["end"].as_string()
    return and_(end <= last.isoformat(), Station.status.not_in(agreement.not_watched()))


def _works_in(field: str) -> Any:
    """Stations name their fields by codes of the national table; the first two digits are the field."""
    named = any_item_contains(Station.hightech_fields, field)
    code = taxonomy.field_codes().get(field)
    return or_(named, any_item_begins(Station.hightech_fields, code)) if code else named


def national_fields() -> list[str]:
    """The national table's first level, for choosing one."""
    return [entry.name for entry in taxonomy.hightech().values() if entry.level == 1]


def field_names(codes: Iterable[str]) -> list[str]:
    """First level of the national table, in words; what is no code stays."""
    return list(dict.fromkeys(_field_name(code) for code in codes))


def _field_name(code: str) -> str:
    entry = taxonomy.hightech().get(taxonomy.national_field(code))
    return entry.name if entry else code


def _mentions(text: str) -> Any:
    societies = select(Society.id).where(Society.name.icontains(text, autoescape=True))
    return or_(
        Station.station_id == text,
        Station.name.icontains(text, autoescape=True),
        Station.host_name.icontains(text, autoescape=True),
        Station.society_id.in_(societies),
        any_item_contains(Station.keywords, text),
        any_item_contains(Station.services, text),
        any_item_contains(Station.disciplines, text),
    )


def _row(station: Station, load: int) -> StationRow:
    return StationRow(
        station_id=station.station_id,
        name=station.name,
        kind=station.kind,
        level=station.level,
        society=station.society.name if station.society else None,
        district=station.district,
        fields=field_names(station.hightech_fields),
        status=station.status,
        open_cases=load,
        capacity=station.capacity,
        liaisons=sum(person.active for person in station.liaisons),
        demo=station.demo,
        agreement_end=_day(station.agreement.get("end")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _values(station: Station) -> dict[str, Any]:
    return {
        name: getattr(station, name)
        for name in (
            "hightech_fields",
            "disciplines",
            "industry_prefixes",
            "industries",
            "keywords",
            "exclude_keywords",
            "services",
            "categories",
            "host_kind",
            "host_name",
            "zone",
            "served_districts",
            "experts",
            "results",
            "agreement",
            "approval",
            "plaque_date",
            "status_reason",
            "yearly_grade",
            "last_verified",
            "updated_at",
        )
    }


def _liaison(person: Liaison) -> LiaisonView:
    reached = {"telegram": person.telegram_id is not None, "wecom": bool(person.wecom_robot)}
    absence = None
    if person.absent_from or person.absent_until:
        absence = f"{person.absent_from or ''} – {person.absent_until or ''}"
    return LiaisonView(
        name=person.name,
        role=person.role,
        phone=mask_phone(person.phone),
        channels=[channel for channel, there in reached.items() if there],
        hours=person.hours,
        absence=absence,
        active=person.active,
    )
