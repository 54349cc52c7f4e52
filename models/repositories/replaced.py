"""Stations as they were before an import, and putting them back."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, select
from sqlalchemy.orm import Session, selectinload, undefer

from models.directory import Liaison, Society, Station
from models.imports import ReplacedStation
from models.repositories.stations import next_stamp
from models.talent import Talent

Values = dict[str, Any]
_STATION = tuple(
    column
    for column in Station.__table__.columns
    if column.key not in ("id", "station_id", "last_assigned", "text_hash", "vectors", "created_at", "updated_at")
)
_LIAISON = tuple(column for column in Liaison.__table__.columns if column.key != "station_pk")
_SOCIETY = ("name", "code", "level", "category")
_UNIQUE = ("name", "code")


@dataclass(frozen=True)
class Photograph:
    """A station with all that an import may change."""

    pk: int
    name: str
    values: Values
    """{station, liaisons}: columns and their values as JSON has them."""
    updated_at: datetime
    text_hash: str | None
    vectors: bytes | None

    @property
    def fingerprint(self) -> str:
        """Another one after any change."""
        text = json.dumps([self.values, self.updated_at.isoformat()], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def people(self) -> set[int]:
        """Keys of its liaisons, also of inactive ones."""
        return {person["id"] for person in self.values["liaisons"]}


def photographs(session: Session, station_ids: Sequence[str]) -> dict[str, Photograph]:
    """By station_id, those that there are; ask for a portion at a time."""
    query = (
        select(Station)
        .where(Station.station_id.in_(station_ids))
        .options(selectinload(Station.liaisons), undefer(Station.vectors))
        .execution_options(populate_existing=True)
    )
    return {row.station_id: _photograph(row) for row in session.scalars(query)}


def keep(
    session: Session, run: int, before: Photograph | None, after: Photograph, station_id: str, columns: Sequence[str]
) -> None:
    """What the import replaced at one station; `before` is None for a new one."""
    other_text = before is not None and before.text_hash != after.text_hash
    session.add(
        ReplacedStation(
            import_id=run,
            station_id=station_id,
            name=after.name,
            columns=list(columns),
            before=before.values if before else None,
            after=after.fingerprint,
            text_hash=before.text_hash if before and other_text else None,
            vectors=before.vectors if before and other_text else None,
        )
    )


def kept(session: Session, run: int, portion: int) -> Iterator[list[ReplacedStation]]:
    """What the import replaced, `portion` stations at a time, new ones first."""
    last = 0
    query = select(ReplacedStation).where(ReplacedStation.import_id == run).order_by(ReplacedStation.id).limit(portion)
    while found := list(session.scalars(query.where(ReplacedStation.id > last))):
        yield found
        last = found[-1].id


def put_back(session: Session, old: ReplacedStation, now: datetime) -> None:
    """The station as it was, under a stamp that tells every process of the change; liaisons keep their rows."""
    row = session.scalars(select(Station).where(Station.station_id == old.station_id)).one()
    assert old.before is not None
    for column in _STATION:
        setattr(row, column.key, _value(column, old.before["station"][column.key]))
    if old.text_hash:
        row.text_hash, row.vectors = old.text_hash, old.vectors
    row.updated_at = next_stamp(session, now)
    session.flush()
    people = {person["id"]: person for person in old.before["liaisons"]}
    for person in session.scalars(select(Liaison).where(Liaison.station_pk == row.id)):
        if person.id not in people:
            session.delete(person)
            continue
        for column in _LIAISON:
            setattr(person, column.key, _value(column, people[person.id][column.key]))
    session.flush()
    session.expire(row)


def societies(session: Session) -> dict[int, Values]:
    """All of them, by key."""
    return {row.id: {key: getattr(row, key) for key in _SOCIETY} for row in session.scalars(select(Society))}


def changes(before: dict[int, Values], after: dict[int, Values]) -> list[Values]:
    """Societies that were made or changed: {id, before, after}."""
    return [
        {"id": pk, "before": before.get(pk), "after": values}
        for pk, values in after.items()
        if before.get(pk) != values
    ]


def renamed(changed: Sequence[Values]) -> list[int]:
    """Keys of those that were there before, whose stations others know with the old values."""
    return [change["id"] for change in changed if change["before"]]


def taken(session: Session, changed: Sequence[Values]) -> set[int]:
    """Those of the changed societies whose old name or code belongs to another one now, which stays."""
    made = [change["id"] for change in changed if change["before"] is None]
    stay = set(session.scalars(select(Talent.society_id).where(Talent.society_id.in_(made))))
    going = {change["id"] for change in changed} - stay
    held = {(key, values[key]) for pk, values in societies(session).items() if pk not in going for key in _UNIQUE}
    return {
        change["id"]
        for change in changed
        if change["before"] and any(change["before"][key] and (key, change["before"][key]) in held for key in _UNIQUE)
    }


def put_societies_back(session: Session, changed: Sequence[Values]) -> None:
    """Those that were made go unless something refers to them; the others get their old values."""
    rows = {row.id: row for row in session.scalars(select(Society).where(Society.id.in_([c["id"] for c in changed])))}
    old = {change["id"]: change["before"] for change in changed}
    for pk, row in rows.items():
        if old[pk] is None and not _referred(session, pk):
            session.delete(row)
        elif old[pk] is not None:
            row.code, row.name = None, f"-{pk}"
    session.flush()
    for pk, values in old.items():
        for key, value in (values or {}).items():
            setattr(rows[pk], key, value)
    session.flush()


def _referred(session: Session, pk: int) -> bool:
    tables = (Station, Talent)
    return any(session.scalars(select(table.id).where(table.society_id == pk).limit(1)).first() for table in tables)


def _photograph(row: Station) -> Photograph:
    values = {
        "station": {column.key: _plain(getattr(row, column.key)) for column in _STATION},
        "liaisons": [
            {column.key: _plain(getattr(person, column.key)) for column in _LIAISON} for person in row.liaisons
        ],
    }
    return Photograph(row.id, row.name, values, row.updated_at, row.text_hash, row.vectors)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _value(column: Any, plain: Any) -> Any:
    return date.fromisoformat(plain) if plain is not None and isinstance(column.type, Date) else plain
