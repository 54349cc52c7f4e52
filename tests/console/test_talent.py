"""人才库 and 成果库 in the console, and what is proposed on a demand's pages."""

import io
import json

import pytest

from bot.core.roles import Role
from bot.core.talent import Kind, TalentRecord
from bot.services.audit import SYSTEM
from bot.services.container import Services
from models import AuditEntry, Database, Station
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.web import TestClient

OWN, OTHER = "成都示例电源学会", "成都示例食品学会"
FORM = {
    "code": "E-9",
    "name": "示例专家壬",
    "society": OWN,
    "topics": "极片涂布；浆料分散",
    "active": "是",
    "version": "0",
    "reason": "新聘",
}


@pytest.fixture
def entries(services: Services) -> None:
    for place in range(25):
        services.talent.save(
            TalentRecord(
                Kind.EXPERT,
                f"E-{place:02}",
                f"示例专家{place:02}",
                society=OWN if place % 2 else OTHER,
                fields=("40108",) if place % 2 else ("20701",),
                topics=("锂电池极片涂布",) if place % 2 else ("豆瓣酱发酵",),
            ),
            0,
            SYSTEM,
            "示例",
        )


@pytest.mark.parametrize("path", ["/experts", "/results"])
def test_an_empty_base_says_what_to_do(browser: Browser, path: str) -> None:
    page = browser(Role.CITY).get(path).text
    assert "可以逐条新增，或从 XLSX、CSV、JSONL 文件导入" in page


def test_the_list_is_searched_narrowed_and_paged(browser: Browser, entries: None) -> None:
    client = browser(Role.CITY)
    assert "第 1–20 条，共 25 条" in client.get("/experts").text
    assert "第 21–25 条" in client.get("/experts?page=2").text
    assert "共 12 条" in client.get(f"/experts?society={OWN}").text
    assert "共 13 条" in client.get("/experts", params={"q": "豆瓣酱"}).text
    assert "共 1 条" in client.get("/experts?q=E-03").text
    assert "没有符合条件的专家" in client.get("/experts?q=nothing").text
    assert "共 12 条" in client.get("/experts", params={"field": "新材料"}).text


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [(Role.SOCIETY, OWN, 200), (Role.LIAISON, "S001", 200), (Role.DISTRICT, "郫都区", 200), (Role.AUDITOR, None, 403)],
)
def test_who_may_look(browser: Browser, entries: None, role: Role, scope: str | None, status: int) -> None:
    client = browser(role, scope)
    assert client.get("/experts").status_code == status
    assert client.get("/experts/E-01").status_code == status
    assert client.get("/experts/none").status_code == (404 if status == 200 else 403)


def test_staff_add_and_change_with_a_reason(browser: Browser, db: Database) -> None:
    client = browser(Role.CITY)
    assert "已保存" in client.post("/experts/new", data=FORM).text
    assert "教授" in client.post("/experts/E-9/edit", data=FORM | {"grade": "教授", "version": "1"}).text
    with db.read() as session:
        entries = session.query(AuditEntry).filter_by(subject_id="E-9").order_by(AuditEntry.id).all()
    assert [(one.action, one.reason, one.actor_name) for one in entries] == [
        ("expert_added", "新聘", "示例city"),
        ("expert_changed", "新聘", "示例city"),
    ]


def test_a_society_changes_its_own_and_no_others(browser: Browser, entries: None) -> None:
    client = browser(Role.SOCIETY, OWN)
    assert "修改" in client.get("/experts/E-01").text
    assert client.get("/experts/E-01/edit").status_code == 200
    assert "/experts/E-02/edit" not in client.get("/experts/E-02").text
    assert client.get("/experts/E-02/edit").status_code == 403
    assert client.post("/experts/E-02/edit", data=FORM | {"version": "1"}).status_code == 403
    assert client.get("/experts/import").status_code == 403


def test_what_a_society_adds_is_its_own_whatever_is_sent(browser: Browser, services: Services) -> None:
    page = browser(Role.SOCIETY, OWN).post("/experts/new", data=FORM | {"society": OTHER}).text
    assert OWN in page
    assert OTHER not in page


@pytest.mark.parametrize(("role", "scope"), [(Role.LIAISON, "S001"), (Role.DISTRICT, "郫都区")])
def test_who_may_only_look_cannot_change(browser: Browser, entries: None, role: Role, scope: str) -> None:
    client = browser(role, scope)
    assert client.get("/experts/new").status_code == 403
    assert client.post("/experts/new", data=FORM).status_code == 403
    assert client.post("/experts/E-01/edit", data=FORM).status_code == 403


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "必须填写“姓名”"),
        ({"topics": ""}, "请至少写一项“擅长”"),
        ({"summary": "微信号：abc"}, "联系方式由学会保管"),
        ({"fields": "1"}, "不在国家重点支持的高新技术领域表里"),
        ({"reason": ""}, "请写明原因"),
        ({"code": "E-01"}, "这个编号已经有了"),
    ],
)
def test_a_form_that_cannot_be_kept_says_why_and_keeps_what_was_typed(
    browser: Browser, entries: None, given: dict[str, str], words: str
) -> None:
    page = browser(Role.CITY).post("/experts/new", data=FORM | given)
    assert page.status_code == 400
    assert words in page.text
    assert "浆料分散" in page.text


def test_the_second_of_two_people_is_told_who_was_first(browser: Browser, entries: None) -> None:
    first, second = browser(Role.SOCIETY, OWN), browser(Role.CITY)
    form = FORM | {"version": "1", "name": "示例专家改"}
    first.post("/experts/E-01/edit", data=form)
    page = second.post("/experts/E-01/edit", data=form | {"grade": "院士"})
    assert page.status_code == 409
    assert "刚刚由示例society改过" in page.text


def test_a_file_is_checked_before_it_is_written(browser: Browser) -> None:
    client = browser(Role.CITY)
    row = {"code": "R-1", "name": "示例成果：涂布", "society": OWN, "topics": ["涂布"], "grade": "中试"}
    bad = client.post("/results/import", files={"file": ("r.jsonl", io.BytesIO(b"{}"))})
    assert bad.status_code == 400
    assert "什么都没有导入" in bad.text
    good = client.post("/results/import", files={"file": ("r.jsonl", io.BytesIO(json.dumps(row).encode()))})
    assert "还没有写入" in good.text
    key = good.text.split('name="key" value="')[1].split('"')[0]
    assert "新增 1" in client.post("/results/import/confirm", data={"key": key}).text
    assert "示例成果：涂布" in client.get("/results").text
    exported = client.get("/results/export?form=jsonl")
    assert json.loads(exported.text)["code"] == "R-1"


def propose(services: Services, station: Station) -> None:
    society = station.society.name if station.society else None
    for kind, code in ((Kind.EXPERT, "E-1"), (Kind.RESULT, "R-1")):
        record = TalentRecord(
            kind, code, f"示例{kind.label}甲", society=society, topics=("锂电池极片涂布厚度", "涂布机")
        )
        services.talent.save(record, 0, SYSTEM, "示例")


def test_a_demands_page_proposes_experts_and_results_with_reasons(
    browser: Browser, db: Database, services: Services
) -> None:
    with db.begin() as session:
        station = factories.station(session)
        row = factories.demand(session, station)
    propose(services, station)
    page = browser(Role.LIAISON, station.station_id).get(f"/demands/{row.demand_no}").text
    for words in ("可以请谁、用什么", "示例专家甲", "示例成果甲", "属于承接站所在学会", "涂布"):
        assert words in page


def test_the_liaisons_page_proposes_them_too(anonymous: TestClient, db: Database, services: Services) -> None:
    with db.begin() as session:
        station = factories.station(session)
        row = factories.demand(session, station)
    address = f"/l/{services.cases.issue(row.demand_no, station.liaisons[0].id, ['page'])['page']}"
    assert "可以请谁、用什么" not in anonymous.get(address).text
    propose(services, station)
    page = anonymous.get(address).text
    assert "示例专家甲" in page
    assert "E-1" in page, "a group's message names experts by code"
