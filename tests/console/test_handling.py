"""What accounts of a station and of its society do with its demands in the console."""

import pytest

from bot.core.roles import Role
from models import CaseEvent, Database, Demand, Liaison, Station
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.web import TestClient


@pytest.fixture
def station(db: Database) -> Station:
    with db.begin() as session:
        found = factories.station(session, society="成都示例电源学会")
        found.liaisons.append(Liaison(name="赵备份", role="backup", telegram_id=7999))
        return found


@pytest.fixture
def other(db: Database) -> Station:
    with db.begin() as session:
        return factories.station(session)


@pytest.fixture
def demand(db: Database, station: Station) -> Demand:
    with db.begin() as session:
        mine = session.merge(station)
        return factories.demand(session, mine, liaison=mine.liaisons[0])


def now(db: Database, demand: Demand) -> Demand:
    with db.read() as session:
        return session.get_one(Demand, demand.id)


def last_event(db: Database, demand: Demand) -> CaseEvent:
    with db.read() as session:
        return session.query(CaseEvent).filter_by(demand_id=demand.id).order_by(CaseEvent.id.desc()).limit(1).one()


def do(client: TestClient, demand: Demand, deed: str, **given: str | int) -> tuple[int, str]:
    page = client.post(f"/demands/{demand.demand_no}/station/{deed}", data={"version": "1", **given})
    return page.status_code, page.text


def account(browser: Browser, role: Role, station: Station) -> TestClient:
    return browser(role, station.station_id if role is Role.LIAISON else "成都示例电源学会")


OWN = pytest.mark.parametrize("role", [Role.LIAISON, Role.SOCIETY])


@OWN
def test_a_demand_is_taken_and_reported_on_to_its_end(
    browser: Browser, db: Database, station: Station, demand: Demand, role: Role
) -> None:
    client = account(browser, role, station)
    assert "签收" in client.get(f"/demands/{demand.demand_no}").text
    assert "已签收" in do(client, demand, "take")[1]
    assert "已记下联系情况" in do(client, demand, "contacted", version=2, reason="约了周二去厂里")[1]
    assert "已记下进展" in do(client, demand, "progress", version=3, code="matching", reason="请了两位专家")[1]
    assert "已保存记录" in do(client, demand, "note", version=4, reason="带上样品")[1]
    assert "已记下结果" in do(client, demand, "close", version=4, code="agreed", reason="签了咨询协议")[1]
    assert now(db, demand).state == "closed"
    event = last_event(db, demand)
    assert (event.actor_kind, event.actor_id, event.reason) == ("liaison", f"user:{role.value}.user", "签了咨询协议")


@OWN
def test_a_demand_that_was_returned_is_gone_from_the_own_list(
    browser: Browser, db: Database, station: Station, demand: Demand, role: Role
) -> None:
    client = account(browser, role, station)
    status, page = do(client, demand, "return", code="not_our_field", reason="我们不做结构设计")
    assert status == 200
    assert "已退回" in page
    assert demand.demand_no not in page
    assert now(db, demand).station_pk is None


def test_a_demand_is_passed_to_a_colleague(browser: Browser, db: Database, station: Station, demand: Demand) -> None:
    client = account(browser, Role.LIAISON, station)
    colleague = station.liaisons[1]
    assert f'value="c:{colleague.id}"' in client.get(f"/demands/{demand.demand_no}").text
    assert "已转派" in do(client, demand, "refer", code=f"c:{colleague.id}")[1]
    assert now(db, demand).liaison_pk == colleague.id


@pytest.mark.parametrize("deed", ["take", "return", "refer", "contacted", "progress", "note", "close"])
@pytest.mark.parametrize("role", [Role.LIAISON, Role.SOCIETY])
def test_strangers_do_not_even_learn_that_it_is_there(
    browser: Browser, db: Database, other: Station, demand: Demand, role: Role, deed: str
) -> None:
    client = browser(role, other.station_id if role is Role.LIAISON else "成都示例别的学会")
    assert do(client, demand, deed, code="not_our_field", reason="试一试")[0] == 404
    assert client.get(f"/demands/{demand.demand_no}").status_code == 404
    assert (now(db, demand).state, now(db, demand).version) == ("awaiting_pickup", 1)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR])
def test_who_only_looks_cannot_act(browser: Browser, db: Database, demand: Demand, role: Role) -> None:
    client = browser(role, "郫都区" if role is Role.DISTRICT else None)
    assert do(client, demand, "take")[0] == 403
    assert now(db, demand).state == "awaiting_pickup"


def test_who_is_not_signed_in_is_asked_to(anonymous: TestClient, db: Database, demand: Demand) -> None:
    page = anonymous.post(f"/demands/{demand.demand_no}/station/take", data={"version": "1"})
    assert page.headers["location"].startswith("/login")
    assert now(db, demand).state == "awaiting_pickup"


def test_the_second_of_two_is_told_who_was_first(
    browser: Browser, db: Database, station: Station, demand: Demand
) -> None:
    first, second = account(browser, Role.SOCIETY, station), account(browser, Role.LIAISON, station)
    assert do(first, demand, "take")[0] == 200
    status, page = do(second, demand, "return", code="not_our_field")
    assert status == 409
    assert "已由示例society处理" in page
    assert now(db, demand).state == "taken"


def test_pressing_twice_is_once(browser: Browser, db: Database, station: Station, demand: Demand) -> None:
    client = account(browser, Role.LIAISON, station)
    assert [do(client, demand, "take")[0] for _ in range(2)] == [200, 200]
    assert now(db, demand).version == 2


@pytest.mark.parametrize(
    ("deed", "given", "status"),
    [
        ("return", {"code": "because"}, 400),
        ("refer", {"code": "c:999999"}, 400),
        ("refer", {"code": "x"}, 404),
        ("progress", {"code": "closed"}, 404),
        ("close", {"code": "agreed", "reason": "x"}, 400),
        ("burn", {}, 404),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    browser: Browser, db: Database, station: Station, demand: Demand, deed: str, given: dict[str, str], status: int
) -> None:
    client = account(browser, Role.LIAISON, station)
    assert do(client, demand, deed, **given)[0] == status
    assert (now(db, demand).state, now(db, demand).version) == ("awaiting_pickup", 1)


def test_staff_act_in_the_stations_stead_under_their_own_name(browser: Browser, db: Database, demand: Demand) -> None:
    client = browser(Role.CITY)
    assert "代服务站办理" in client.get(f"/demands/{demand.demand_no}").text
    do(client, demand, "take")
    event = last_event(db, demand)
    assert (event.kind, event.actor_kind, event.actor_name) == ("taken", "staff", "示例city")
