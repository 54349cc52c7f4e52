"""Agreements that ended or are about to: on the overview, in the directory, on the station's page, in the interface."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.console.queries import figures, stations
from bot.console.queries.stations import StationFilter
from bot.core import agreement
from bot.core.roles import Role, Viewer
from models import Database
from tests.conftest import NOON
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.web import TestClient

TODAY = NOON.date()
STAFF = Viewer(1, "city", "示例", Role.CITY)


def end(days: int) -> dict[str, str]:
    return {"no": "协-001", "start": "2025-01-01", "end": (TODAY + timedelta(days=days)).isoformat()}


@pytest.fixture
def directory(db: Database) -> dict[str, str]:
    """What each station is called, by when its agreement ends."""
    near = agreement.settings()["agreement_ends_within_days"]
    given = {"over": end(-1), "today": end(0), "near": end(near), "far": end(near + 1), "open": {"no": "协-002"}}
    with db.begin() as session:
        found = {key: factories.station(session, agreement=value).station_id for key, value in given.items()}
        found["none"] = factories.station(session, agreement={}).station_id
        found["withdrawn"] = factories.station(session, agreement=end(-100), status="撤销").station_id
        found["elsewhere"] = factories.station(session, agreement=end(3), district="双流区").station_id
    return found


def test_the_same_stations_are_found_on_both_databases(database: Database) -> None:
    with database.begin() as session:
        over = factories.station(session, agreement=end(-1)).station_id
        for value in ({}, {"end": None}, end(400)):
            factories.station(session, agreement=value)
    found = stations.search(database, STAFF, StationFilter(agreement_until=agreement.told_until(TODAY)))
    assert [row.station_id for row in found.rows] == [over]
    assert found.rows[0].agreement_end == TODAY - timedelta(days=1)
    assert figures.today(database, STAFF, TODAY, NOON).agreements == 1


def test_the_list_is_narrowed_to_them_and_says_when(browser: Browser, directory: dict[str, str]) -> None:
    client = browser(Role.CITY)
    page = client.get("/stations?ending=1").text
    shown = {key for key, station_id in directory.items() if f"/stations/{station_id}" in page}
    assert shown == {"over", "today", "near", "elsewhere"}
    assert "协议已于 2026-11-19 到期" in page
    assert "协议 2026-11-20 到期" in page
    everything = client.get("/stations").text
    assert everything.count("协议已于") == 1
    assert f"/stations/{directory['far']}" in everything


def test_the_overview_counts_what_the_list_shows(browser: Browser, directory: dict[str, str]) -> None:
    page = browser(Role.CITY).get("/").text
    assert 'href="/stations?ending=1"' in page
    assert "协议到期</span><b>4</b>" in page


def test_a_district_counts_its_own(browser: Browser, directory: dict[str, str]) -> None:
    client = browser(Role.DISTRICT, "双流区")
    assert "协议到期</span><b>1</b>" in client.get("/").text
    assert directory["over"] not in client.get("/stations?ending=1").text


def test_the_stations_page_says_it(browser: Browser, directory: dict[str, str]) -> None:
    client = browser(Role.CITY)
    assert "协议已于 2026-11-19 到期" in client.get(f"/stations/{directory['over']}").text
    assert "协议已于" not in client.get(f"/stations/{directory['far']}").text


def test_the_interface_narrows_too(
    anonymous: TestClient, bearer: Callable[..., dict[str, str]], directory: dict[str, str]
) -> None:
    answer = anonymous.get("/api/v1/stations?ending=true", headers=bearer(Role.CITY)).json()
    assert answer["total"] == 4
    by_id = {one["station_id"]: one for one in answer["items"]}
    over, near = by_id[directory["over"]], by_id[directory["near"]]
    assert (over["agreement_end"], over["agreement_standing"]) == ("2026-11-19", "over")
    assert near["agreement_standing"] == "ending"
