"""Experts and results: the lists with their filters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from bot.console.queries.json_lists import any_item_begins, any_item_contains
from bot.console.queries.paging import PER_PAGE, Page, portion, total
from bot.core import taxonomy
from bot.core.talent import Kind, TalentRecord
from models import Database, Society, Talent
from models.repositories import talent as stored


@dataclass(frozen=True)
class TalentFilter:
    """What the list is narrowed to; empty texts do not narrow."""

    text: str = ""
    field: str = ""
    """Name of the national table's first level."""
    society: str = ""
    idle: bool = False
    """Only those that are not proposed any more."""


@dataclass(frozen=True)
class TalentDetail:
    record: TalentRecord
    version: int
    changed_by: str | None
    updated_at: datetime


def search(
    db: Database, kind: Kind, wanted: TalentFilter, *, page: int = 1, per_page: int = PER_PAGE
) -> Page[TalentRecord]:
    """By code."""
    with db.read() as session:
        query = _narrowed(kind, wanted)
        found = session.scalars(portion(query.order_by(Talent.code), page, per_page)).all()
        return Page([stored.record_of(row) for row in found], total(session, query), page, per_page)


def detail(db: Database, kind: Kind, code: str) -> TalentDetail | None:
    with db.read() as session:
        row = session.scalar(select(Talent).where(Talent.kind == kind, Talent.code == code))
        return TalentDetail(stored.record_of(row), row.version, row.changed_by, row.updated_at) if row else None


def societies(db: Database, kind: Kind) -> list[str]:
    """Names of the societies that have entries."""
    with db.read() as session:
        query = select(Society.name).where(Society.id.in_(select(Talent.society_id).where(Talent.kind == kind)))
        return list(session.scalars(query.order_by(Society.name)))


def _narrowed(kind: Kind, wanted: TalentFilter) -> Select[Talent]:
    query = select(Talent).where(Talent.kind == kind)
    if wanted.idle:
        query = query.where(Talent.active.is_(False))
    if wanted.society:
        query = query.where(Talent.society_id.in_(select(Society.id).where(Society.name == wanted.society)))
    code = taxonomy.field_codes().get(wanted.field)
    if wanted.field:
        query = query.where(any_item_begins(Talent.fields, code or wanted.field))
    if wanted.text:
        query = query.where(
            or_(
                Talent.code == wanted.text,
                Talent.name.icontains(wanted.text, autoescape=True),
                Talent.unit.icontains(wanted.text, autoescape=True),
                Talent.summary.icontains(wanted.text, autoescape=True),
                any_item_contains(Talent.topics, wanted.text),
            )
        )
    return query
