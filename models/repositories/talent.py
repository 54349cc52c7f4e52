"""Experts and results: what proposing, the files and the lists ask of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from bot.core.talent import Kind, TalentRecord
from models.repositories.stations import society_of
from models.talent import Talent

Version = tuple[int, datetime | None]


@dataclass(frozen=True)
class StoredTalent:
    """A row as it is kept in memory for proposing."""

    pk: int
    updated_at: datetime
    record: TalentRecord
    text_hash: str | None
    vectors: bytes | None


def version(session: Session, kind: Kind) -> Version:
    """Changes whenever one is added, changed or removed."""
    query = select(func.count(Talent.id), func.max(Talent.updated_at)).where(Talent.kind == kind)
    count, last = session.execute(query).one()
    return int(count), last


def stamps(session: Session, kind: Kind) -> dict[int, datetime]:
    """Primary key → last change, of those that may be proposed."""
    query = select(Talent.id, Talent.updated_at).where(Talent.kind == kind, Talent.active)
    return {row.id: row.updated_at for row in session.execute(query)}


def stored(session: Session, pks: Sequence[int]) -> Iterator[StoredTalent]:
    for start in range(0, len(pks), 500):
        query = select(Talent).where(Talent.id.in_(pks[start : start + 500])).options(undefer(Talent.vectors))
        for row in session.scalars(query.order_by(Talent.id)):
            yield StoredTalent(row.id, row.updated_at, record_of(row), row.text_hash, row.vectors)


def save_vectors(session: Session, found: dict[int, tuple[str, bytes]]) -> None:
    """Keeps vectors with the hash of their text; this is no change of the row."""
    for pk, (text_hash, vectors) in found.items():
        session.execute(update(Talent).where(Talent.id == pk).values(text_hash=text_hash, vectors=vectors))


def records(session: Session, kind: Kind) -> Iterator[TalentRecord]:
    """All, by code."""
    for row in session.scalars(select(Talent).where(Talent.kind == kind).order_by(Talent.code)):
        yield record_of(row)


def by_codes(session: Session, kind: Kind, codes: Iterable[str]) -> dict[str, Talent]:
    wanted = list(codes)
    found: dict[str, Talent] = {}
    for start in range(0, len(wanted), 500):
        query = select(Talent).where(Talent.kind == kind, Talent.code.in_(wanted[start : start + 500]))
        found |= {row.code: row for row in session.scalars(query)}
    return found


def locked(session: Session, kind: Kind, code: str) -> Talent | None:
    query = select(Talent).where(Talent.kind == kind, Talent.code == code)
    return session.scalars(query.with_for_update(of=Talent)).one_or_none()


def put(session: Session, record: TalentRecord, now: datetime, by: str, row: Talent | None) -> None:
    """Adds it, or brings `row` up to date."""
    society = society_of(session, {"name": record.society}) if record.society else None
    if row is None:
        row = Talent(kind=record.kind.value, code=record.code, name=record.name, created_at=now, version=0)
        session.add(row)
    row.name, row.grade, row.unit, row.summary = record.name, record.grade, record.unit, record.summary
    row.fields, row.disciplines, row.topics = list(record.fields), list(record.disciplines), list(record.topics)
    row.active, row.demo = record.active, record.demo
    row.society = society
    row.version += 1
    row.updated_at, row.changed_by = now, by[:60]
    session.flush()


def record_of(row: Talent) -> TalentRecord:
    return TalentRecord(
        Kind(row.kind),
        row.code,
        row.name,
        row.grade,
        row.unit,
        row.society.name if row.society else None,
        tuple(row.fields),
        tuple(row.disciplines),
        tuple(row.topics),
        row.summary,
        row.active,
        row.demo,
    )
