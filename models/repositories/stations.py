"""The directory's rows: what routing, the import and the lists ask of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, delete, func, literal, select, update
from sqlalchemy.orm import Session, selectinload, undefer

from bot.core.case import OPEN
from bot.core.station import KEYS, StationRecord
from models.demands import Demand
from models.directory import Liaison, Society, Station
from models.prepared import Connected, Prepared

_Key = TypeVar("_Key", int, str)
Version = tuple[int | None, datetime | None]
KeptVectors = tuple[str, bytes]
"""Hash of the text, and the vectors computed from it (bot.services.vectors)."""
AT_ONCE = 500
"""Rows named in one query."""
_VERSION = Prepared(
    select(
        select(func.max(Station.id)).scalar_subquery().label("id"),
        select(func.max(Station.updated_at)).scalar_subquery().label("last"),
    )
)
_LISTS = frozenset(key for key in KEYS if isinstance(StationRecord.__dataclass_fields__[key].default, tuple))
_OWN_TABLES = frozenset({"society", "liaisons"})
_SOCIETY_LEVELS = {"国家": "国", "省": "省", "市": "市"}


@dataclass(frozen=True)
class StoredStation:
    """A row as routing keeps it in memory."""

    pk: int
    updated_at: datetime
    record: StationRecord
    text_hash: str | None
    vectors: bytes | None


def directory_version(at: Connected) -> Version:
    """Changes whenever a station is added, changed or removed (`put`, `touch`, `remove`); nothing is counted for it."""
    found = _VERSION.first(at)
    return found.id, found.last


def stamps(session: Session, since: datetime | None = None) -> dict[int, datetime]:
    """Primary key → last change, of every station, or of those changed at `since` or later."""
    query = select(Station.id, Station.updated_at)
    if since is not None:
        query = query.where(Station.updated_at >= since)
    return {row.id: row.updated_at for row in session.execute(query)}


def stored(session: Session, pks: Iterable[int]) -> Iterator[StoredStation]:
    """The stations with these keys, without their liaisons."""
    for part in _portions(sorted(pks)):
        query = select(Station).where(Station.id.in_(part)).options(undefer(Station.vectors)).order_by(Station.id)
        for row in session.scalars(query):
            yield StoredStation(row.id, row.updated_at, _record(row, ()), row.text_hash, row.vectors)


def text_hashes(session: Session, station_ids: Sequence[str]) -> dict[str, str | None]:
    """station_id → what its vectors were computed from, of those that there are."""
    found: dict[str, str | None] = {}
    for part in _portions(station_ids):
        rows = session.execute(select(Station.station_id, Station.text_hash).where(Station.station_id.in_(part)))
        found |= {row.station_id: row.text_hash for row in rows}
    return found


def save_vectors(session: Session, found: dict[int, KeptVectors]) -> None:
    """Keeps vectors with the hash of their text; this is no change of the station."""
    for pk, (text_hash, vectors) in found.items():
        session.execute(
            update(Station)
            .where(Station.id == pk)
            .values(text_hash=text_hash, vectors=vectors, updated_at=Station.updated_at)
        )


def open_cases(at: Connected, station_pks: Sequence[int] | None = None) -> dict[int, int]:
    """Station → demands that count against its capacity; stations without any are left out."""
    if station_pks is None:
        return dict(_open_cases_of(0).all(at))
    found: dict[int, int] = {}
    for part in _portions(station_pks):
        places = 1 << (len(part) - 1).bit_length()
        padded = [*part, *[part[-1]] * (places - len(part))]
        found |= dict(_open_cases_of(places).all(at, **{f"pk{place}": pk for place, pk in enumerate(padded)}))
    return found


@cache
def _open_cases_of(places: int) -> Prepared:
    """Of so many stations pk0, pk1 …; of all when `places` is 0."""
    query: Select[*tuple[Any, ...]] = select(Demand.station_pk, func.count().label("count")).where(
        Demand.state.in_([literal(state) for state in OPEN])
    )
    if places:
        query = query.where(Demand.station_pk.in_([bindparam(f"pk{place}") for place in range(places)]))
    else:
        query = query.where(Demand.station_pk.is_not(None))
    return Prepared(query.group_by(Demand.station_pk))


def station_by_id(session: Session, station_id: str) -> Station | None:
    """The station with its liaisons."""
    query = select(Station).where(Station.station_id == station_id).options(selectinload(Station.liaisons))
    return session.scalars(query).one_or_none()


def by_ids(session: Session, station_ids: Sequence[str]) -> list[Station]:
    """In the order of their ids."""
    query = select(Station).where(Station.station_id.in_(station_ids)).order_by(Station.station_id)
    return list(session.scalars(query))


def record_of(row: Station) -> StationRecord:
    """As routing's hard rules see it, without the liaisons."""
    return _record(row, ())


def count(session: Session) -> int:
    return session.scalar(select(func.count(Station.id))) or 0


def records(session: Session) -> Iterator[StationRecord]:
    """Every station with its liaisons, by station_id."""
    query = select(Station).options(selectinload(Station.liaisons)).order_by(Station.station_id)
    for row in session.scalars(query):
        yield _record(row, tuple(_liaison(person) for person in row.liaisons if person.active))


def named(session: Session, station_ids: Sequence[str]) -> Iterator[StationRecord]:
    """Those of these stations that are known, with their liaisons."""
    for part in _portions(station_ids):
        query = select(Station).where(Station.station_id.in_(part)).options(selectinload(Station.liaisons))
        for row in session.scalars(query):
            yield _record(row, tuple(_liaison(person) for person in row.liaisons if person.active))


def put(session: Session, record: StationRecord, now: datetime, vectors: KeptVectors | None = None) -> None:
    """Adds the station or brings the one with the same station_id up to date, liaisons, society and vectors with it."""
    row = station_by_id(session, record.station_id)
    if row is None:
        row = Station(station_id=record.station_id, name=record.name, created_at=now, updated_at=now)
        session.add(row)
    for key in KEYS:
        if key not in _OWN_TABLES:
            value = getattr(record, key)
            setattr(row, key, list(value) if key in _LISTS else value)
    if vectors:
        row.text_hash, row.vectors = vectors
    row.updated_at = next_stamp(session, now)
    row.society = society_of(session, record.society)
    session.flush()
    _put_liaisons(session, row, record.liaisons)


def touch(session: Session, station_id: str, now: datetime) -> None:
    """Marks a station as changed, so that every process reads it again."""
    stamp = next_stamp(session, now)
    session.execute(update(Station).where(Station.station_id == station_id).values(updated_at=stamp))


def touch_of_societies(session: Session, pks: Sequence[int], now: datetime, until: datetime | None = None) -> None:
    """Marks the stations of these societies as changed; with `until` those alone that were not changed later."""
    stamp = next_stamp(session, now)
    for part in _portions(pks):
        query = update(Station).where(Station.society_id.in_(part)).values(updated_at=stamp)
        session.execute(query if until is None else query.where(Station.updated_at <= until))


def remove(session: Session, station_ids: Sequence[str], now: datetime) -> None:
    """Takes stations out of the directory with their liaisons; another one is touched in their place."""
    pks = [pk for part in _portions(station_ids) for pk in session.scalars(_pks_of(part))]
    if not pks:
        return
    for part in _portions(pks):
        session.execute(delete(Liaison).where(Liaison.station_pk.in_(part)))
        session.execute(delete(Station).where(Station.id.in_(part)))
    left = session.scalar(select(Station.station_id).order_by(Station.id).limit(1))
    if left is not None:
        touch(session, left, now)


def _pks_of(station_ids: Sequence[str]) -> Select[int]:
    return select(Station.id).where(Station.station_id.in_(station_ids))


def next_stamp(session: Session, now: datetime) -> datetime:
    """Later than every other, so that no change hides behind a clock that goes ahead."""
    latest = latest_stamp(session)
    return now if latest is None or now > latest else latest + timedelta(microseconds=1)


def latest_stamp(session: Session) -> datetime | None:
    """Of the last change; None in an empty directory."""
    return session.scalar(select(func.max(Station.updated_at)))


def society_of(session: Session, given: dict[str, str]) -> Society | None:
    """The society {name, code, level, category}, made when it is not known yet; None without a name."""
    if not given.get("name"):
        return None
    code = given.get("code")
    found = session.scalars(select(Society).where(Society.name == given["name"])).one_or_none()
    holder = session.scalars(select(Society).where(Society.code == code)).one_or_none() if code else None
    if found is None:
        found = holder or Society(name=given["name"], level="市")
        found.name = given["name"]
        session.add(found)
    if code and holder in (None, found):
        found.code = code
    level = given.get("level")
    found.level = _SOCIETY_LEVELS.get(level, level) if level else found.level
    found.category = given.get("category") or found.category
    return found


def _put_liaisons(session: Session, row: Station, wanted: Sequence[dict[str, Any]]) -> None:
    """A liaison keeps the row (cases point to it) by name; who is no longer listed becomes inactive."""
    known = {person.name: person for person in session.scalars(select(Liaison).where(Liaison.station_pk == row.id))}
    for given in wanted:
        person = known.pop(given["name"], None)
        if person is None:
            person = Liaison(station_pk=row.id, name=given["name"])
            session.add(person)
        person.role = given.get("role") or "primary"
        person.telegram_id = given.get("telegram_id")
        person.wecom_robot, person.phone = given.get("wecom_robot"), given.get("phone")
        person.hours, person.active = given.get("hours"), True
        person.absent_from, person.absent_until = _day(given.get("absent_from")), _day(given.get("absent_until"))
    for person in known.values():
        person.active = False
    session.flush()
    session.expire(row, ["liaisons"])


def _record(row: Station, liaisons: tuple[dict[str, Any], ...]) -> StationRecord:
    values = {key: getattr(row, key) for key in KEYS if key not in _OWN_TABLES}
    values |= {key: tuple(values[key] or ()) for key in _LISTS - _OWN_TABLES}
    society = row.society
    values["society"] = (
        {
            key: value
            for key, value in (
                ("name", society.name),
                ("code", society.code),
                ("level", society.level),
                ("category", society.category),
            )
            if value
        }
        if society
        else {}
    )
    return StationRecord(**values, liaisons=liaisons)


def _liaison(person: Liaison) -> dict[str, Any]:
    found = {
        "name": person.name,
        "role": person.role,
        "telegram_id": person.telegram_id,
        "wecom_robot": person.wecom_robot,
        "phone": person.phone,
        "hours": person.hours,
        "absent_from": person.absent_from.isoformat() if person.absent_from else None,
        "absent_until": person.absent_until.isoformat() if person.absent_until else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _portions(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
