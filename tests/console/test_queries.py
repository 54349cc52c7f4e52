"""The console's queries give the same on SQLite and on PostgreSQL."""

from datetime import date, timedelta

import pytest

from bot.console.queries import conversations, demands, figures, media, places, stations, trail
from bot.console.queries.conversations import ConversationFilter
from bot.console.queries.demands import SORTS, DemandFilter
from bot.console.queries.period import end_of, start_of
from bot.console.queries.stations import StationFilter
from bot.console.queries.trail import TrailFilter
from bot.core.roles import Role, Viewer
from bot.services.audit import SYSTEM, record_in
from models import Database
from tests.console import factories
from tests.console.factories import NOW

CITY = Viewer(1, "city", "示例", Role.CITY)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as session:
        station = factories.station(session, station_id="S1", hightech_fields=["40108", "60302"])
        factories.demand(session, station, due_at=NOW - timedelta(days=1))
        factories.demand(session, state="agreed", due_at=NOW - timedelta(days=1), score=4)
        factories.conversation(session)
        record_in(session, NOW, SYSTEM, "login", subject=("user", "city"), reason="50%_off")
    return database


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_demands_in_every_order(filled: Database, sort: str) -> None:
    assert demands.search(filled, CITY, DemandFilter(text="涂布"), NOW, sort=sort).total == 2


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (DemandFilter(overdue=True), 1),
        (DemandFilter(station="S1"), 1),
        (DemandFilter(station="服务站"), 1),
        (DemandFilter(text="%"), 0),
        (DemandFilter(since=date(2026, 11, 20), until=date(2026, 11, 20)), 2),
    ],
)
def test_demands_narrowed(filled: Database, wanted: DemandFilter, count: int) -> None:
    assert demands.search(filled, CITY, wanted, NOW).total == count


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (StationFilter(field="新材料"), 1),
        (StationFilter(field="新能源与节能"), 1),
        (StationFilter(field="电子信息"), 0),
        (StationFilter(text="锂电"), 1),
        (StationFilter(text="'; DROP TABLE station; --"), 0),
        (StationFilter(full=True), 0),
    ],
)
def test_stations_narrowed(filled: Database, wanted: StationFilter, count: int) -> None:
    assert stations.search(filled, CITY, wanted).total == count


def test_stations_fields_are_shown_in_words(filled: Database) -> None:
    (row,) = stations.search(filled, CITY, StationFilter()).rows
    assert row.fields == ["新材料", "新能源与节能"]
    assert row.open_cases == 1


def test_conversations_narrowed(filled: Database) -> None:
    for wanted in (ConversationFilter(intent="submit_demand"), ConversationFilter(reviewed="no", low_confidence=True)):
        (row,) = conversations.search(filled, wanted).rows
        assert row.last_text == "这个嘛再看看吧"
    assert conversations.search(filled, ConversationFilter(reviewed="yes")).total == 0


def test_figures_agree_with_their_lists(filled: Database) -> None:
    today = figures.today(filled, CITY, date(2026, 11, 20), NOW)
    assert today.overdue == demands.search(filled, CITY, DemandFilter(overdue=True), NOW).total == 1
    assert (today.new_demands, today.to_review, today.dead_notices) == (2, 1, 2)
    stats = figures.stats(filled, CITY, None, None, NOW)
    assert (stats.funnel["collected"], stats.funnel["taken"], stats.funnel["agreed"]) == (2, 1, 1)
    for step, count in stats.funnel.items():
        assert demands.search(filled, CITY, DemandFilter(reached=step), NOW).total == count
    assert stats.average_score == 4.0
    assert figures.gauges(filled)["demands"] == {"agreed": 1, "awaiting_pickup": 1}


def test_trail_searches_literally(filled: Database) -> None:
    assert trail.search(filled, TrailFilter(text="50%_")).total == 1
    assert trail.search(filled, TrailFilter(text="5_%o")).total == 0
    assert trail.actions(filled) == ["login"]


def test_districts_begin_with_those_of_chengdu(filled: Database) -> None:
    named = places.districts(filled)
    assert len(named) == len(set(named)) >= 23


def test_media_of_nothing(filled: Database) -> None:
    assert media.stored(filled, CITY, "CD-20261120-0001", 1) is None


@pytest.mark.parametrize("day", [date.min, date(2026, 11, 20), date.max])
def test_any_day_can_bound_a_list(filled: Database, day: date) -> None:
    wanted = DemandFilter(since=day, until=day)
    assert demands.search(filled, CITY, wanted, NOW).total == (2 if day.year == 2026 else 0)


def test_a_day_in_chengdu_has_24_hours() -> None:
    day = date(2026, 11, 20)
    assert end_of(day) - start_of(day) == timedelta(days=1)
    assert start_of(day).isoformat() == "2026-11-19T16:00:00+00:00"
