"""The liaison's page behind a signed address."""

from datetime import timedelta

import pytest

from bot.services.container import Services
from models import AuditEntry, CaseEvent, Database, Demand, Liaison, Notice, Station
from tests.conftest import Clock
from tests.console import factories
from tests.console.web import TestClient


@pytest.fixture
def station(db: Database) -> Station:
    with db.begin() as session:
        found = factories.station(session)
        found.liaisons.append(Liaison(name="赵备份", role="backup"))
        return found


@pytest.fixture
def demand(db: Database, station: Station) -> Demand:
    with db.begin() as session:
        return factories.demand(session, session.merge(station))


@pytest.fixture
def address(services: Services, station: Station, demand: Demand) -> str:
    return f"/l/{services.cases.issue(demand.demand_no, station.liaisons[0].id, ['page'])['page']}"


def state(db: Database, demand: Demand) -> Demand:
    with db.read() as session:
        found = session.get(Demand, demand.id)
        assert found is not None
        return found


def test_page_shows_the_need_and_hides_the_person(anonymous: TestClient, address: str) -> None:
    page = anonymous.get(address)
    assert page.status_code == 200
    assert "noindex" in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    for text in ("涂布厚度不均匀", "30–50 万元", "擅长：锂电池、储能", "签收", "138****0000"):
        assert text in page.text
    assert "13800000000" not in page.text


def test_taking_reporting_and_closing(anonymous: TestClient, db: Database, demand: Demand, address: str) -> None:
    assert "已签收" in follow(anonymous, address, "take", version=1)
    assert "已记下联系情况" in follow(anonymous, address, "contacted", version=2, reason="约了周二去厂里")
    assert "已记下进展" in follow(anonymous, address, "progress", version=3, code="matching", reason="请了两位专家")
    assert "已保存记录" in follow(anonymous, address, "note", version=4, reason="带上样品")
    assert "已记下结果" in follow(anonymous, address, "close", version=4, code="agreed", reason="签了咨询协议")
    assert state(db, demand).state == "closed"
    with db.read() as session:
        told = [row.kind for row in session.query(Notice).filter_by(channel="wechat").order_by(Notice.id)]
    assert told == ["taken", "ask_share", "contacted", "progress", "closed"]


def follow(client: TestClient, address: str, deed: str, **form: object) -> str:
    answer = client.post(f"{address}/{deed}", data={key: str(value) for key, value in form.items()})
    assert answer.status_code == 303, answer.text
    page: str = client.get(answer.headers["location"]).text
    return page


def test_second_person_is_told_who_was_first(
    anonymous: TestClient, services: Services, db: Database, station: Station, demand: Demand, address: str
) -> None:
    backup = services.cases.issue(demand.demand_no, station.liaisons[1].id, ["page"])["page"]
    follow(anonymous, address, "take", version=1)
    late = anonymous.post(f"/l/{backup}/take", data={"version": "1"})
    assert late.status_code == 409
    assert "已由王联络处理" in late.text
    assert state(db, demand).version == 2


def test_returning_needs_a_reason_and_closes_the_page(
    anonymous: TestClient, db: Database, demand: Demand, address: str
) -> None:
    unsaid = anonymous.post(f"{address}/return", data={"version": "1", "code": "because"})
    assert unsaid.status_code == 400
    assert state(db, demand).state == "awaiting_pickup"
    page = follow(anonymous, address, "return", version=1, code="not_our_field")
    assert "现在由其他服务站办理" in page
    assert "涂布机跑到" not in page
    again = anonymous.post(f"{address}/take", data={"version": "1"})
    assert again.status_code == 409


def test_referring_to_a_colleague(
    anonymous: TestClient, db: Database, station: Station, demand: Demand, address: str
) -> None:
    assert "赵备份" in anonymous.get(address).text
    follow(anonymous, address, "refer", version=1, code=f"c:{station.liaisons[1].id}")
    assert state(db, demand).liaison_pk == station.liaisons[1].id


@pytest.mark.parametrize(
    ("shared", "taken", "opened"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_contact_opens_once_shared_and_taken(
    anonymous: TestClient,
    db: Database,
    station: Station,
    demand: Demand,
    address: str,
    shared: bool,
    taken: bool,
    opened: bool,
) -> None:
    if shared:
        with db.begin() as session:
            factories.share_consent(session, demand, station)
    if taken:
        follow(anonymous, address, "take", version=1)
    answer = anonymous.post(f"{address}/contact")
    assert ("13800000000" in answer.text) is opened
    assert "13800000000" not in anonymous.get(address).text
    with db.read() as session:
        entries = session.query(AuditEntry).filter_by(action="contact_opened").all()
    assert [(entry.actor_kind, entry.actor_name) for entry in entries] == [("liaison", "王联络")] * opened


def test_unknown_and_expired_addresses_say_nothing(
    anonymous: TestClient, clock: Clock, services: Services, station: Station, demand: Demand, address: str
) -> None:
    button = services.cases.issue(demand.demand_no, station.liaisons[0].id, ["take"])["take"]
    clock.now += timedelta(days=61)
    for path, status in ((address, 410), ("/l/" + "x" * 32, 404), (f"/l/{button}", 404), ("/l/张三", 404)):
        for answer in (anonymous.get(path), anonymous.post(f"{path}/take", data={"version": "1"})):
            assert answer.status_code == status
            assert "链接不可用" in answer.text
            assert demand.demand_no not in answer.text


def test_page_of_a_liaison_who_left_is_gone(
    anonymous: TestClient, db: Database, station: Station, address: str
) -> None:
    with db.begin() as session:
        session.merge(station.liaisons[0]).active = False
    assert anonymous.get(address).status_code == 410


@pytest.mark.parametrize(
    ("deed", "form", "status"),
    [
        ("destroy", {"version": "1"}, 404),
        ("take", {}, 400),
        ("take", {"version": "first"}, 400),
        ("refer", {"version": "1", "code": "x"}, 404),
        ("refer", {"version": "1", "code": "c:999"}, 400),
        ("note", {"version": "1", "reason": " "}, 400),
        ("close", {"version": "1", "code": "agreed"}, 400),
    ],
)
def test_impossible_deeds_change_nothing(
    anonymous: TestClient, db: Database, demand: Demand, address: str, deed: str, form: dict[str, str], status: int
) -> None:
    assert anonymous.post(f"{address}/{deed}", data=form).status_code == status
    with db.read() as session:
        assert session.query(CaseEvent).filter_by(demand_id=demand.id).count() == 2
    assert state(db, demand).version == 1
