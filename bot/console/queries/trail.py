"""The audit trail as a list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from bot.console.queries.paging import Page, portion, total
from bot.console.queries.period import end_of, start_of
from models import AuditEntry, Database


@dataclass(frozen=True)
class TrailFilter:
    action: str = ""
    text: str = ""
    """Looked for in actor, subject and reason."""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class TrailRow:
    at: datetime
    actor_kind: str
    actor_id: str | None
    actor_name: str
    action: str
    subject_kind: str | None
    subject_id: str | None
    reason: str | None
    data: dict[str, Any]


def search(db: Database, wanted: TrailFilter, *, page: int = 1, per_page: int = 50) -> Page[TrailRow]:
    """Newest first."""
    query = select(AuditEntry)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.since:
        query = query.where(AuditEntry.at >= start_of(wanted.since))
    if wanted.until:
        query = query.where(AuditEntry.at < end_of(wanted.until))
    if wanted.text:
        columns = (
            AuditEntry.actor_name,
            AuditEntry.actor_id,
            AuditEntry.subject_id,
            AuditEntry.reason,
        )
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    with db.read() as session:
        found = session.scalars(portion(query.order_by(AuditEntry.id.desc()), page, per_page)).all()
        return Page([_row(entry) for entry in found], total(session, query), page, per_page)


def actions(db: Database) -> list[str]:
    """The kinds of deeds that occur."""
    with db.read() as session:
        return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def _row(entry: AuditEntry) -> TrailRow:
    return TrailRow(
        entry.at,
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.reason,
        entry.data,
    )
