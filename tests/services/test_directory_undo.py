"""Undoing the last import of the directory, on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.services.audit import Actor
from bot.services.directory import Begun, DirectoryService
from bot.services.directory_undo import DirectoryUndo, UndoError, UndoPlan
from bot.services.routing import RoutingService
from models import (
    AuditEntry,
    CaseEvent,
    Database,
    Liaison,
    Notice,
    ReplacedStation,
    Society,
    Station,
    StationHold,
    User,
)
from models.repositories import directory_imports, stations
from models.repositories.stations import society_of
from tests.conftest import Clock
from tests.console import factories
from tests.console.assembly import characters

KEEPER = Actor("staff", "示例管理员", "keeper")
FIRST: dict[str, Any] = {
    "station_id": "S1",
    "name": "示例·涂布站",
    "keywords": ["涂布", "浆料"],
    "district": "郫都区",
    "capacity": 7,
    "society": {"name": "示例·甲学会", "code": "Z-1", "level": "省", "category": "工科"},
    "experts": [{"name": "示例专家", "title": "教授", "topics": ["涂布"]}],
    "results": [{"name": "示例成果", "stage": "中试"}],
    "agreement": {"no": "协-1", "start": "2026-01-01", "end": "2028-01-01"},
    "plaque_date": "2026-02-03",
    "yearly_grade": {"2025": "优秀"},
    "liaisons": [
        {"name": "示例甲", "telegram_id": 42, "phone": "13800000000", "hours": "9-17", "absent_from": "2026-12-01"},
        {"name": "示例乙", "role": "backup", "wecom_robot": "robot-key"},
    ],
}
SECOND: dict[str, Any] = {
    "station_id": "S1",
    "name": "示例·改名站",
    "keywords": ["果树", "病虫害"],
    "status": "暂停",
    "status_reason": "示例原因",
    "society": {"name": "示例·改名学会", "code": "Z-1", "level": "市"},
    "liaisons": [{"name": "示例甲", "telegram_id": 43, "phone": "13800000001"}, {"name": "示例丙", "role": "backup"}],
}
NEW = {"station_id": "S2", "name": "示例·新站", "keywords": ["机床"], "society": {"name": "示例·新学会"}}


class House:
    """A directory with routing over one database."""

    def __init__(self, db: Database, clock: Clock, folder: Path) -> None:
        self.db, self.clock, self._folder = db, clock, folder
        self.routing = RoutingService(db, clock, encoders=characters)
        self.directory = DirectoryService(db, clock, self.routing)
        self.undo = DirectoryUndo(db, clock, self.directory.runs)

    def file(self, *rows: dict[str, Any]) -> Path:
        path = self._folder / "given.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return path

    def put(self, *rows: dict[str, Any]) -> None:
        self.clock.advance(seconds=1)
        assert self.directory.import_stations(self.file(*rows), actor=KEEPER).ok

    def take_back(self) -> UndoPlan:
        self.clock.advance(seconds=1)
        return self.undo.carry_out(self.undo.plan().run.id, KEEPER)

    def station(self, station_id: str = "S1") -> StationRecord | None:
        with self.db.read() as session:
            return next((one for one in stations.records(session) if one.station_id == station_id), None)

    def rows(self) -> dict[str, Any]:
        """Every column but the stamp, of stations, liaisons and societies."""
        with self.db.read() as session:
            return {
                table.__name__: [
                    {
                        column.key: getattr(row, column.key)
                        for column in table.__table__.columns
                        if column.key != "updated_at"
                    }
                    for row in session.query(table).order_by(table.id)
                ]
                for table in (Station, Liaison, Society)
            }

    def version(self) -> stations.Version:
        with self.db.read() as session:
            return stations.directory_version(session)

    def first_for(self, text: str) -> str:
        return self.routing.route(RouteQuery(text)).stations[0].station_id


@pytest.fixture
def house(database: Database, clock: Clock, tmp_path: Path) -> House:
    return House(database, clock, tmp_path)


def test_everything_is_as_before_the_import(house: House) -> None:
    house.put(FIRST)
    house.put(FIRST | {"liaisons": FIRST["liaisons"][:1]})
    before = house.rows()
    house.put(SECOND, NEW)
    assert house.rows() != before
    plan = house.take_back()
    assert not plan.obstacles
    assert house.rows() == before


def test_the_plan_names_what_goes_back_and_writes_nothing(house: House) -> None:
    house.put(FIRST)
    house.put(FIRST | {"capacity": 3, "district": "新都区"}, NEW)
    rows = house.rows()
    plan = house.undo.plan()
    assert [(one.station_id, one.columns) for one in plan.restored] == [("S1", ["所在区市县", "在办上限"])]
    assert [one.name for one in plan.removed] == ["示例·新站"]
    assert (plan.run.by, plan.run.added, plan.run.updated, plan.obstacles) == ("示例管理员", 1, 1, [])
    assert house.rows() == rows


def test_routing_sees_the_undo_at_once_in_every_process(house: House) -> None:
    house.put(FIRST, NEW)
    house.put(
        FIRST | {"keywords": ["果树", "病虫害"]},
        {"station_id": "S3", "name": "示例·涂布二站", "keywords": ["涂布", "浆料"]},
    )
    other = RoutingService(house.db, house.clock, encoders=characters)
    text = RouteQuery("浆料涂布不均匀")
    assert [router.route(text).stations[0].station_id for router in (house.routing, other)] == ["S3", "S3"]
    house.take_back()
    for router in (house.routing, other):
        shown = router.route(text).stations
        assert shown[0].station_id == "S1"
        assert "S3" not in [one.station_id for one in shown]


def test_the_version_rises_also_when_stations_only_went(house: House) -> None:
    house.put(FIRST)
    house.put(NEW)
    before = house.version()
    house.take_back()
    after = house.version()
    assert after[0] != before[0]
    assert after[1] is not None
    assert before[1] is not None
    assert after[1] > before[1]


def test_a_key_is_never_given_to_another_station(house: House) -> None:
    house.put(FIRST)
    house.put(NEW)
    house.routing.warm_up()
    with house.db.read() as session:
        gone = {row.id for row in session.query(Station).filter_by(station_id="S2")}
    house.take_back()
    house.put(NEW | {"station_id": "S9", "keywords": ["泡菜"]})
    with house.db.read() as session:
        assert {row.id for row in session.query(Station).filter_by(station_id="S9")}.isdisjoint(gone)
    assert house.first_for("泡菜胀袋") == "S9"


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


def test_only_the_last_import_is_kept_and_once(house: House) -> None:
    house.put(FIRST)
    house.put(NEW)
    house.put(FIRST, NEW)
    with house.db.read() as session:
        assert [row.station_id for row in session.query(ReplacedStation)] == ["S2"]
    house.take_back()
    with pytest.raises(UndoError, match="没有可以撤销的导入"):
        house.undo.plan()
    with house.db.read() as session:
        assert session.query(ReplacedStation).count() == 0
        entry = session.query(AuditEntry).filter_by(action="stations_undone").one()
    assert (entry.actor_name, entry.data) == ("示例管理员", {"removed": 1, "restored": 0})


def test_what_was_confirmed_is_undone_and_not_a_later_import(house: House) -> None:
    house.put(FIRST)
    seen = house.undo.plan().run.id
    house.put(NEW)
    with pytest.raises(UndoError, match="又导入过"):
        house.undo.carry_out(seen, KEEPER)
    assert house.station("S1") is not None


def test_there_is_no_undoing_while_an_import_runs(house: House) -> None:
    house.put(FIRST)
    begun = house.directory.begin(house.file(NEW), KEEPER)
    assert isinstance(begun, Begun)
    with pytest.raises(UndoError, match="正在导入"):
        house.undo.plan()
    house.directory.carry_out(begun)
    assert [one.name for one in house.undo.plan().removed] == ["示例·新站"]


def test_what_is_kept_of_people_cannot_be_read_in_the_database(house: House) -> None:
    house.put(FIRST)
    house.put(SECOND)
    with house.db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM replaced_station").all()
    assert "示例甲" not in str(rows)
    assert "13800000000" not in str(rows)


def test_it_is_forgotten_after_the_retention_period(house: House) -> None:
    house.put(FIRST)
    house.clock.advance(days=31)
    with house.db.begin() as session:
        assert directory_imports.drop_old(session, house.clock().replace(day=1)) == 1
    with pytest.raises(UndoError):
        house.undo.plan()
    assert house.station() is not None
