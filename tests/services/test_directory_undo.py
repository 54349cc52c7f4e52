"""Undoing the last import of the directory, on SQLite and on PostgreSQL: what goes back, once, and when no more."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import cast

import pytest

from bot.core.routing import RouteQuery
from bot.services.directory import Begun
from bot.services.directory_undo import UndoError
from bot.services.intake import IntakeService
from bot.services.privacy import PrivacyService
from bot.services.routing import RoutingService
from models import AuditEntry, Database, ReplacedStation, Station
from models.repositories import replaced
from tests.conftest import Clock
from tests.console.assembly import characters
from tests.fakes.directory import FIRST, KEEPER, NEW, SECOND, House


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


def test_stations_whose_society_others_rename_are_known_by_it_in_every_process(house: House) -> None:
    tea = {"name": "成都市茶叶学会", "code": "Z-1"}
    first, second = ({"station_id": name, "name": f"示例·{name}站", "society": tea} for name in ("S1", "S2"))
    third = {"station_id": "S3", "name": "示例·S3站", "society": {"name": "成都市自动化学会", "code": "Z-2"}}
    house.put(first, second, third)
    other = RoutingService(house.db, house.clock, encoders=characters)
    text = RouteQuery("茶叶加工和茶树栽培")
    assert [router.route(text).stations[0].station_id for router in (house.routing, other)] == ["S2", "S2"]
    house.put(
        first | {"society": {"name": "成都市光学学会", "code": "Z-1"}},
        third | {"society": {"name": "成都市茶叶学会", "code": "Z-2"}},
    )
    assert [router.route(text).stations[0].station_id for router in (house.routing, other)] == ["S3", "S3"]
    assert not house.take_back().obstacles
    assert [router.route(text).stations[0].station_id for router in (house.routing, other)] == ["S2", "S2"]


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


def test_societies_that_passed_their_names_on_get_them_back(house: House) -> None:
    third = {"station_id": "S3", "name": "示例·三站", "society": {"name": "示例·丙学会", "code": "Z-2"}}
    house.put(FIRST, third)
    before = house.rows()
    house.put(SECOND, third | {"society": {"name": "示例·甲学会", "code": "Z-2"}})
    assert not house.take_back().obstacles
    assert house.rows() == before


def test_of_two_who_confirm_at_once_one_undoes_it_and_one_is_told(house: House) -> None:
    house.put(FIRST)
    before = house.rows()
    house.put(SECOND, NEW)
    run = house.undo.plan().run.id
    ready = Barrier(2)

    def confirm(_: int) -> str:
        ready.wait(30)
        try:
            return "obstacles" if house.undo.carry_out(run, KEEPER).obstacles else "undone"
        except UndoError:
            return "told"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, range(2))) == ["told", "undone"]
    assert house.rows() == before
    with house.db.read() as session:
        assert session.query(AuditEntry).filter_by(action="stations_undone").count() == 1


def test_an_error_midway_leaves_the_directory_and_the_undo_as_they_were(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.put(FIRST)
    house.put(SECOND, NEW)
    rows = house.rows()

    def broken(*_: object) -> None:
        raise RuntimeError("示例：出错")

    with monkeypatch.context() as patch:
        patch.setattr(replaced, "put_societies_back", broken)
        with pytest.raises(RuntimeError):
            house.take_back()
    assert house.rows() == rows
    assert not house.take_back().obstacles


def test_it_is_forgotten_after_the_retention_period(house: House) -> None:
    no_people = cast(IntakeService, None)
    privacy = PrivacyService(house.db, house.clock, no_people)
    house.put(FIRST)
    house.clock.advance(days=29)
    assert privacy.run_retention()["imports"] == 0
    assert house.undo.plan().removed
    house.clock.advance(days=2)
    assert privacy.run_retention()["imports"] == 1
    with pytest.raises(UndoError, match="三十天"):
        house.undo.plan()
    with house.db.read() as session:
        assert session.query(ReplacedStation).count() == 0
    assert house.station() is not None
