"""The directory's rows, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from bot.core.station import StationRecord
from models import Database
from models.repositories import stations
from tests.conftest import Clock

RECORD = StationRecord(
    "S1",
    "示例·甲站",
    society={"name": "示例·成都市甲学会", "code": "B-35", "level": "市"},
    keywords=("涂布", "浆料"),
    agreement={"start": "2026-01-01", "end": "2027-01-01"},
    yearly_grade={"2025": "优秀"},
    liaisons=({"name": "示例联络员", "role": "primary", "telegram_id": 42, "phone": "13800000000"},),
)


def _put(database: Database, clock: Clock, record: StationRecord) -> stations.Version:
    clock.advance(seconds=1)
    with database.begin() as session:
        stations.put(session, record, clock())
    with database.read() as session:
        return stations.directory_version(session)


def test_a_station_comes_back_as_it_was_put(database: Database, clock: Clock) -> None:
    _put(database, clock, RECORD)
    with database.read() as session:
        assert list(stations.records(session)) == [RECORD]


def test_every_change_of_a_station_gives_another_version(database: Database, clock: Clock) -> None:
    first = _put(database, clock, RECORD)
    second = _put(database, clock, replace(RECORD, status="暂停"))
    third = _put(database, clock, replace(RECORD, station_id="S2"))
    assert len({first, second, third}) == 3


def test_a_change_is_seen_behind_a_clock_that_goes_ahead(database: Database, clock: Clock) -> None:
    with database.begin() as session:
        stations.put(session, replace(RECORD, station_id="S2"), clock() + timedelta(days=1))
    first = _put(database, clock, RECORD)
    second = _put(database, clock, replace(RECORD, status="暂停"))
    assert first != second
    with database.begin() as session:
        stations.touch(session, "S1", clock())
    with database.read() as session:
        assert stations.directory_version(session) not in (first, second)


def test_a_station_that_is_taken_out_gives_another_version_until_none_is_left(database: Database, clock: Clock) -> None:
    _put(database, clock, RECORD)
    versions = [_put(database, clock, replace(RECORD, station_id="S2"))]
    for station_id in ("S1", "S2"):
        with database.begin() as session:
            stations.remove(session, [station_id, "unknown"], clock())
        with database.read() as session:
            versions.append(stations.directory_version(session))
            assert station_id not in [record.station_id for record in stations.records(session)]
    assert len(set(versions)) == 3


def test_keeping_vectors_is_no_change_of_the_station(database: Database, clock: Clock) -> None:
    before = _put(database, clock, RECORD)
    with database.begin() as session:
        (row,) = stations.stored(session, stations.stamps(session))
        stations.save_vectors(session, {row.pk: ("hash", b"\x00\x3c")})
    with database.read() as session:
        assert stations.directory_version(session) == before
        (row,) = stations.stored(session, stations.stamps(session))
        assert (row.text_hash, row.vectors) == ("hash", b"\x00\x3c")


def test_a_society_is_known_by_name_and_by_code(database: Database, clock: Clock) -> None:
    _put(database, clock, RECORD)
    renamed = replace(RECORD, station_id="S2", society={"name": "示例·改名学会", "code": "B-35", "level": "市"})
    _put(database, clock, renamed)
    with database.read() as session:
        assert {record.society["name"] for record in stations.records(session)} == {"示例·改名学会"}
