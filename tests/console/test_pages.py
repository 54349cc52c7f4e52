"""What the pages show, and to whom."""

from datetime import timedelta

import pytest

from bot.core.roles import Role
from models import Database, Demand
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.factories import NOW


@pytest.fixture
def demand(db: Database) -> Demand:
    with db.begin() as session:
        return factories.demand(session, factories.station(session))


def test_overview_counts_and_links_to_the_rows(browser: Browser, db: Database, demand: Demand) -> None:
    with db.begin() as session:
        factories.demand(session, state="accepted", due_at=NOW - timedelta(days=1))
    page = browser(Role.CITY).get("/").text
    assert 'href="/demands?overdue=1&amp;sort=due"' in page or "/demands?overdue=1" in page
    assert "今日新需求</span><b>2</b>" in page
    assert "待签收</span><b>1</b>" in page
    assert "已超期</span><b>1</b>" in page
    assert "等工作人员</span><b>1</b>" in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=awaiting_pickup", True),
        ("state=closed", False),
        ("q=涂布", True),
        ("q=CD-2026", True),
        ("q=100%25", False),
        ("field=新能源与节能&category=技术攻关", True),
        ("district=青羊区", False),
        ("since=2026-11-20&until=2026-11-20", True),
        ("until=2026-11-19", False),
        ("overdue=1", False),
        ("queue=1", False),
        ("since=not-a-date&page=zero", True),
    ],
)
def test_demand_list_is_narrowed_by(browser: Browser, demand: Demand, query: str, there: bool) -> None:
    page = browser(Role.CITY).get(f"/demands?{query}")
    assert page.status_code == 200
    assert (demand.demand_no in page.text) is there
    assert there or "没有符合条件的需求" in page.text


def test_long_lists_come_in_pages(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        for _ in range(23):
            factories.demand(session)
    client = browser(Role.CITY)
    first, second = client.get("/demands?q=涂布").text, client.get("/demands?q=涂布&page=2").text
    assert "共 23 条" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert "第 21–23 条" in second


def test_detail_shows_everything_but_the_contact(browser: Browser, demand: Demand) -> None:
    page = browser(Role.CITY).get(f"/demands/{demand.demand_no}").text
    for text in ("30–50 万元", "2027-06-30 前", "厚度偏差 ≤3微米", "擅长：锂电池、储能", "把握 83%", "发送失败"):
        assert text in page
    assert "138****0000" in page
    assert "13800000000" not in page
    assert "张示例" not in page


def test_detail_names_the_proposed_codes(browser: Browser, demand: Demand) -> None:
    page = browser(Role.CITY).get(f"/demands/{demand.demand_no}").text
    for text in ("C384 电池制造", "能源科学技术、储能技术", "战略性新兴产业", "5.2 新能源汽车装置、配件制造"):
        assert text in page


def test_contact_mentioned_in_the_problem_is_masked(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        row = factories.demand(session, problem="请打13800000000找张示例，涂布厚度不均匀的问题一直没有解决。")
    page = browser(Role.CITY).get(f"/demands/{row.demand_no}").text
    assert "13800000000" not in page
    assert "找张**" in page


def test_transcript_shows_readings_and_masks_values(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        row = factories.conversation(session)
    page = browser(Role.CITY).get(f"/conversations/{row.id}").text
    assert "提出需求 0.97" in page
    assert "在问：预算" in page
    assert "84 ms" in page
    assert "13800000000" not in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("intent=out_of_scope", True),
        ("intent=rate", False),
        ("question=budget", True),
        ("question=phone", False),
        ("low=1", True),
        ("fallback=1", True),
        ("handoff=1", False),
        ("reviewed=no", True),
        ("reviewed=yes", False),
        ("q=锂电池", True),
    ],
)
def test_conversation_list_is_narrowed_by(browser: Browser, db: Database, query: str, there: bool) -> None:
    with db.begin() as session:
        row = factories.conversation(session)
    page = browser(Role.CITY).get(f"/conversations?{query}").text
    assert (f'href="/conversations/{row.id}"' in page) is there


def test_reviewed_mark_lasts_until_the_next_message(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        row = factories.conversation(session)
    client = browser(Role.CITY)
    assert "已复核" in client.post(f"/conversations/{row.id}/reviewed").text
    with db.begin() as session:
        kept = session.get(type(row), row.id)
        assert kept is not None
        kept.last_at = NOW + timedelta(minutes=1)
    assert "标为已复核" in client.get(f"/conversations/{row.id}").text


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("status=运行", True),
        ("status=撤销", False),
        ("field=新能源与节能", True),
        ("field=航空航天", False),
        ("q=储能", True),
        ("q=工艺", True),
        ("q=不存在", False),
        ("full=1", False),
    ],
)
def test_station_list_is_narrowed_by(browser: Browser, db: Database, query: str, there: bool) -> None:
    with db.begin() as session:
        row = factories.station(session)
    page = browser(Role.CITY).get(f"/stations?{query}").text
    assert (row.name in page) is there


def test_station_page_shows_load_and_masks_the_liaison(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        row = factories.station(session, capacity=1)
        factories.demand(session, row)
    page = browser(Role.CITY).get(f"/stations/{row.station_id}").text
    assert '<b class="late">1</b> / 1' in page
    assert "138****0001" in page
    assert "13800000001" not in page


@pytest.mark.parametrize(
    "path", ["/demands/CD-20000101-0001", "/conversations/99", "/conversations/x", "/stations/S999", "/nowhere"]
)
def test_what_is_not_there_is_said_in_chinese(browser: Browser, path: str) -> None:
    answer = browser(Role.CITY).get(path)
    assert answer.status_code == 404
    assert "没有找到" in answer.text
