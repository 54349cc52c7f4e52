"""What staff do with a demand in the console."""

import pytest

from bot.core.roles import Role
from models import AuditEntry, Database, Demand, Notice, Station
from tests.console import factories
from tests.console.conftest import Browser


@pytest.fixture
def stations(db: Database) -> list[Station]:
    with db.begin() as session:
        return [factories.station(session), factories.station(session)]


def put(db: Database, station: Station | None = None, **given: object) -> Demand:
    with db.begin() as session:
        return factories.demand(session, session.merge(station) if station else None, **given)


def now(db: Database, demand: Demand) -> Demand:
    with db.read() as session:
        found = session.get(Demand, demand.id)
        assert found is not None
        return found


def test_staff_assign_from_the_queue(browser: Browser, db: Database, stations: list[Station]) -> None:
    demand = put(db, state="accepted")
    form = {"version": "1", "station_id": stations[0].station_id, "reason": "企业指定"}
    page = browser(Role.CITY).post(f"/demands/{demand.demand_no}/assign", data=form)
    assert "已派站" in page.text
    found = now(db, demand)
    assert (found.state, found.station_pk) == ("awaiting_pickup", stations[0].id)
    with db.read() as session:
        sent = [(row.channel, row.kind) for row in session.query(Notice).order_by(Notice.id)]
    assert ("telegram", "liaison_assigned") in sent
    assert ("wechat", "ask_share") in sent


def test_second_of_two_staff_is_told_who_was_first(browser: Browser, db: Database, stations: list[Station]) -> None:
    demand = put(db, state="accepted")
    first, second = browser(Role.CITY), browser(Role.ADMIN)
    form = {"version": "1", "station_id": stations[0].station_id, "reason": "企业指定"}
    first.post(f"/demands/{demand.demand_no}/assign", data=form)
    late = second.post(f"/demands/{demand.demand_no}/assign", data=form | {"station_id": stations[1].station_id})
    assert late.status_code == 409
    assert "已由示例city处理" in late.text
    assert now(db, demand).station_pk == stations[0].id


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"station_id": "S999", "reason": "企业指定"}, "现在不能接这条需求"),
        ({"station_id": "", "reason": "企业指定"}, "现在不能接这条需求"),
        ({"station_id": "S001", "reason": " "}, "请写明原因"),
    ],
)
def test_impossible_assignments_say_why(browser: Browser, db: Database, form: dict[str, str], words: str) -> None:
    demand = put(db, state="accepted")
    page = browser(Role.CITY).post(f"/demands/{demand.demand_no}/assign", data=form | {"version": "1"})
    assert page.status_code == 400
    assert words in page.text


def test_reroute_lists_other_stations_to_choose(browser: Browser, db: Database, stations: list[Station]) -> None:
    demand = put(db, stations[0])
    page = browser(Role.CITY).get(f"/demands/{demand.demand_no}/reroute").text
    assert f'value="{stations[1].station_id}"' in page
    assert f'value="{stations[0].station_id}"' not in page


def test_preview_shows_who_would_get_a_text(browser: Browser, stations: list[Station]) -> None:
    client = browser(Role.CITY)
    assert "派站预览" in client.get("/preview").text
    page = client.post("/preview", data={"text": "锂电池储能系统热失控预警，想找专家", "district": "郫都区"}).text
    assert stations[0].name in page


def test_district_rejects_with_a_reason_the_enterprise_reads(browser: Browser, db: Database) -> None:
    demand = put(db, state="form_check", district="郫都区")
    client = browser(Role.DISTRICT, "郫都区")
    unsaid = client.post(f"/demands/{demand.demand_no}/reject", data={"version": "1", "reason": ""})
    assert unsaid.status_code == 400
    client.post(f"/demands/{demand.demand_no}/reject", data={"version": "1", "reason": "不是技术需求"})
    assert now(db, demand).state == "rejected"
    with db.read() as session:
        notice = session.query(Notice).filter_by(kind="rejected").one()
        assert "不是技术需求" in notice.text


def test_staff_close_with_an_outcome(browser: Browser, db: Database, stations: list[Station]) -> None:
    demand = put(db, stations[0], state="contacted")
    form = {"version": "1", "outcome": "agreed", "reason": "签了技术咨询协议"}
    page = browser(Role.CITY).post(f"/demands/{demand.demand_no}/close", data=form).text
    assert "已达成：签了技术咨询协议" in page
    assert now(db, demand).state == "closed"


def test_dead_notice_is_sent_again_once(browser: Browser, db: Database, stations: list[Station]) -> None:
    demand = put(db, stations[0])
    client = browser(Role.CITY)
    with db.read() as session:
        notice = session.query(Notice).one()
    address, form = f"/demands/{demand.demand_no}/resend", {"notice": str(notice.id)}
    assert "已重新排队发送" in client.post(address, data=form).text
    assert client.post(address, data=form).status_code == 404
    with db.read() as session:
        assert session.query(Notice).one().state == "pending"
        assert session.query(AuditEntry).filter_by(action="notice_resent").count() == 1


@pytest.mark.parametrize("deed", ["assign", "resend"])
def test_district_may_not_route(browser: Browser, db: Database, deed: str) -> None:
    demand = put(db, district="郫都区")
    form = {"version": "1", "notice": "1"}
    answer = browser(Role.DISTRICT, "郫都区").post(f"/demands/{demand.demand_no}/{deed}", data=form)
    assert answer.status_code == 403
