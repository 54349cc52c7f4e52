"""What has come since an import and stands in the way of undoing it, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models import CaseEvent, Database, Liaison, Notice, Station, StationHold, User
from models.repositories import stations
from models.repositories.stations import society_of
from tests.conftest import Clock
from tests.console import factories
from tests.fakes.directory import FIRST, NEW, SECOND, House


@pytest.fixture
def house(database: Database, clock: Clock, tmp_path: Path) -> House:
    return House(database, clock, tmp_path)


def _case(house: House, station_id: str) -> None:
    with house.db.begin() as session:
        factories.demand(session, session.query(Station).filter_by(station_id=station_id).one())


def _past_case(house: House, station_id: str) -> None:
    with house.db.begin() as session:
        row = factories.demand(session)
        row.events.append(
            CaseEvent(at=house.clock(), kind="returned", actor_kind="system", actor_name="系统", station_id=station_id)
        )


def _hold(house: House, station_id: str) -> None:
    with house.db.begin() as session:
        row = session.query(Station).filter_by(station_id=station_id).one()
        until = house.clock().replace(year=2027)
        session.add(StationHold(draft_id="draft", station_pk=row.id, until=until))


def _account(house: House, station_id: str) -> None:
    with house.db.begin() as session:
        session.add(
            User(
                username="sample",
                display_name="示例",
                role="liaison",
                scope=station_id,
                password_hash="x",
                created_at=house.clock(),
            )
        )


@pytest.mark.parametrize("use", [_case, _past_case, _hold, _account])
def test_a_new_station_that_is_in_use_keeps_everything_as_it_is(
    house: House, use: Callable[[House, str], None]
) -> None:
    house.put(FIRST)
    house.put(SECOND, NEW)
    use(house, "S2")
    rows = house.rows()
    plan = house.take_back()
    assert [(one.station_id, one.name) for one in plan.obstacles] == [("S2", "示例·新站")]
    assert plan.obstacles[0].reason
    assert house.rows() == rows
    assert house.undo.plan().run.undoable


def _edit(house: House) -> None:
    with house.db.begin() as session:
        row = session.query(Station).filter_by(station_id="S1").one()
        row.capacity = 99


def _edit_liaison(house: House) -> None:
    with house.db.begin() as session:
        session.query(Liaison).filter_by(name="示例丙").one().phone = "13800000009"


def _touch(house: House) -> None:
    with house.db.begin() as session:
        stations.touch(session, "S1", house.clock())


@pytest.mark.parametrize("edit", [_edit, _edit_liaison, _touch])
def test_a_station_edited_since_is_named_and_nothing_is_half_done(house: House, edit: Callable[[House], None]) -> None:
    house.put(FIRST)
    house.put(SECOND, NEW)
    house.clock.advance(seconds=1)
    edit(house)
    rows = house.rows()
    plan = house.take_back()
    assert [(one.station_id, one.reason) for one in plan.obstacles] == [("S1", "导入后又改过")]
    assert house.rows() == rows


def test_a_new_liaison_who_was_told_of_a_demand_is_not_taken_away(house: House) -> None:
    house.put(FIRST)
    house.put(SECOND)
    with house.db.begin() as session:
        person = session.query(Liaison).filter_by(name="示例丙").one()
        session.add(
            Notice(
                dedupe_key="n1",
                kind="assigned",
                channel="wecom",
                recipient=str(person.id),
                text="x",
                data={},
                available_at=house.clock(),
                created_at=house.clock(),
            )
        )
    assert [one.reason for one in house.take_back().obstacles] == ["新的联络员已经收到需求"]


def test_a_society_changed_since_is_named(house: House) -> None:
    house.put(FIRST)
    house.put(SECOND)
    with house.db.begin() as session:
        society_of(session, {"name": "示例·改名学会", "category": "理科"})
    obstacles = house.take_back().obstacles
    assert ("", "示例·改名学会") in [(one.station_id, one.name) for one in obstacles]


def _account_of_society(house: House, name: str) -> None:
    with house.db.begin() as session:
        user = User(username="sample", display_name="示例", role="society", scope=name, password_hash="x")
        user.created_at = house.clock()
        session.add(user)


@pytest.mark.parametrize("name", ["示例·改名学会", "示例·新学会"])
def test_a_society_that_somebody_signs_in_for_keeps_its_name(house: House, name: str) -> None:
    house.put(FIRST)
    house.put(SECOND, NEW)
    _account_of_society(house, name)
    rows = house.rows()
    assert [(one.name, one.reason) for one in house.take_back().obstacles] == [(name, "已经开了账号")]
    assert house.rows() == rows


def test_an_old_name_that_another_society_has_now_is_told(house: House) -> None:
    house.put(FIRST)
    house.put(SECOND)
    with house.db.begin() as session:
        society_of(session, {"name": "示例·甲学会"})
    rows = house.rows()
    obstacles = house.take_back().obstacles
    assert [one.name for one in obstacles] == ["示例·改名学会"]
    assert "另一个学会" in obstacles[0].reason
    assert house.rows() == rows
