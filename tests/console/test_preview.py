"""Who would get a text, and why not another station."""

from collections.abc import Callable

import pytest

from bot.core.roles import Role
from models import Database, Demand, Station
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.web import TestClient

TEXT = "锂电池极片涂布厚度不均匀，想找专家看看"


@pytest.fixture
def stations(db: Database) -> dict[str, Station]:
    """Two that fit alike, one for something else, one that is paused, one that is full."""
    with db.begin() as session:
        return {
            "first": factories.station(session, station_id="A1", name="示例电池甲站"),
            "equal": factories.station(session, station_id="A2", name="示例电池乙站"),
            "other": factories.station(
                session,
                station_id="B1",
                name="示例食品站",
                keywords=["豆瓣酱", "发酵"],
                services=["食品杀菌"],
                hightech_fields=["20701"],
            ),
            "paused": factories.station(session, station_id="C1", name="示例暂停站", status="暂停"),
            "full": factories.station(session, station_id="D1", name="示例已满站", capacity=0),
        }


def asked(browser: Browser, **given: str) -> str:
    return str(browser(Role.CITY).post("/preview", data={"text": TEXT, **given}).text)


def test_the_page_shows_decision_field_scores_and_reasons(browser: Browser, stations: dict[str, Station]) -> None:
    page = asked(browser, district="郫都区")
    for words in ("示例电池甲站", "擅长：", "就在郫都区", "技术领域：", "把握"):
        assert words in page


def test_stations_that_cannot_take_it_are_shown_with_the_reason(browser: Browser, stations: dict[str, Station]) -> None:
    page = asked(browser)
    assert "状态为“暂停”，未在运行" in page
    assert "在办已满 0/0" in page


@pytest.mark.parametrize(
    ("station", "words"),
    [
        ("C1", ["不能承接：状态为“暂停”，未在运行", "要是没有这一条，它排第"]),
        ("示例食品站", ["它可以承接，排第", "与第一名相比", "与需求内容的接近程度"]),
        ("nowhere", ["名录里没有这个服务站"]),
        ("示例电池", ["有几个服务站都像", "示例电池甲站", "示例电池乙站"]),
    ],
)
def test_why_not_a_certain_station(
    browser: Browser, stations: dict[str, Station], station: str, words: list[str]
) -> None:
    page = asked(browser, station=station)
    for one in words:
        assert one in page


def test_one_of_them_is_the_first(browser: Browser, stations: dict[str, Station]) -> None:
    client = browser(Role.CITY)
    pages = [client.post("/preview", data={"text": TEXT, "station": one}).text for one in ("A1", "A2", "B1")]
    assert ["它就是第一名" in page for page in pages].count(True) == 1
    assert "它就是第一名" not in pages[2]


@pytest.mark.parametrize("text", ["", "。。。", "啊", "锂" * 2000])
@pytest.mark.parametrize("filled", [True, False])
def test_whatever_is_typed_gets_a_page(
    browser: Browser, db: Database, text: str, filled: bool, request: pytest.FixtureRequest
) -> None:
    if filled:
        request.getfixturevalue("stations")
    page = browser(Role.CITY).post("/preview", data={"text": text, "station": "A1", "district": "火星"})
    assert page.status_code == 200
    assert "派站预览" in page.text


def test_a_preview_leaves_nothing_behind(browser: Browser, db: Database, stations: dict[str, Station]) -> None:
    asked(browser)
    with db.read() as session:
        assert session.query(Demand).count() == 0


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.SOCIETY, "成都示例学会"), (Role.LIAISON, "A1"), (Role.AUDITOR, None)]
)
def test_only_staff_preview(browser: Browser, role: Role, scope: str | None) -> None:
    assert browser(role, scope).post("/preview", data={"text": TEXT}).status_code == 403


def test_the_interface_answers_the_same(
    anonymous: TestClient, bearer: Callable[..., dict[str, str]], stations: dict[str, Station]
) -> None:
    question = {"text": TEXT, "district": "郫都", "station_id": "C1"}
    found = anonymous.post("/api/v1/stations/preview", json=question, headers=bearer(Role.CITY)).json()
    assert {one["station_id"] for one in found["stations"][:2]} == {"A1", "A2"}
    assert {one["station_id"] for one in found["barred"]} == {"C1", "D1"}
    assert found["why"]["bars"] == ["状态为“暂停”，未在运行"]
    assert found["decision"] in ("auto", "review")


def test_the_interface_is_for_staff(anonymous: TestClient, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(Role.LIAISON, "A1")
    assert anonymous.post("/api/v1/stations/preview", json={"text": TEXT}, headers=headers).status_code == 403
    assert anonymous.post("/api/v1/stations/preview", json={"text": TEXT}).status_code == 401
