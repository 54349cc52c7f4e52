"""The clock: reminders, the next station, staff. On both databases."""

from datetime import timedelta

import pytest

from bot.core.case import State
from models import ActionToken, Database
from tests.conftest import Clock
from tests.fakes.town import NUMBER, STAFF, Town, chengdu


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    """A demand of Friday noon, to be taken by Tuesday 2026-11-24."""
    found = Town(database, clock)
    for station in "abcd":
        found.open_station(station)
    found.submit(share_with="a")
    return found


def tick(town: Town, day: int, hour: int = 9, month: int = 11) -> None:
    town.clock.now = chengdu(day, hour, month)
    town.cases.tick(town.clock())


def sent(town: Town, kind: str) -> int:
    return len(town.notices("telegram", f"liaison_{kind}"))


def station(town: Town) -> str | None:
    found = town.demand().station
    return found.station_id if found else None


def test_nothing_is_said_before_the_last_day_but_one(town: Town) -> None:
    tick(town, 20, 20)
    assert town.kinds()[-1] == "routed"


def test_one_working_day_before_the_limit_the_liaison_is_reminded_once(town: Town) -> None:
    for hour in (8, 9, 17, 23):
        tick(town, 23, hour)
    assert sent(town, "remind_before") == 1
    assert town.kinds().count("reminded") == 1
    assert "签收" in town.notices("telegram", "liaison_remind_before")[0].text


def test_the_reminder_carries_buttons_that_work(town: Town) -> None:
    tick(town, 23)
    reminder = town.notices("telegram", "liaison_remind_before")[0]
    assert [one["title"] for one in reminder.data["buttons"]] == ["签收", "退回", "转派"]


def test_the_day_after_the_limit_it_is_urged_once(town: Town) -> None:
    tick(town, 24, 23)
    assert sent(town, "remind_after") == 0
    for hour in (1, 9, 23):
        tick(town, 25, hour)
    assert sent(town, "remind_after") == 1
    assert station(town) == "a"


def test_what_is_still_not_taken_goes_to_the_next_station(town: Town) -> None:
    tick(town, 26)
    demand = town.demand()
    assert (station(town), demand.returns, demand.state) == ("b", 1, State.AWAITING_PICKUP)
    assert town.kinds()[-2:] == ["not_taken", "rerouted"]
    assert "没有按时签收" in town.notices("wechat", "overdue")[0].text
    assert town.notices("telegram", "liaison_gone")[0].recipient == str(town.liaison("a").id)
    tick(town, 26, 10)
    assert station(town) == "b"


def test_a_holiday_does_not_count(town: Town) -> None:
    tick(town, 25, 23)
    tick(town, 28)
    assert station(town) == "b"
    town.clock.now = chengdu(28, 9)
    tick(town, 29)
    assert station(town) == "b"


def test_after_three_stations_let_it_lie_staff_decide(town: Town) -> None:
    day = chengdu(20, 12)
    for _ in range(40):
        day += timedelta(days=1)
        town.clock.now = day
        town.cases.tick(day)
    demand = town.demand()
    assert (demand.station_pk, demand.state, demand.returns) == (None, State.ACCEPTED, 3)
    assert "工作人员" in town.notices("wechat", "overdue_staff")[0].text


def test_a_taken_demand_stays_and_staff_hear_of_it_after_five_days(town: Town) -> None:
    town.cases.take(NUMBER, town.actor("a"), town.demand().version)
    tick(town, 24)
    assert "首次联系" in town.notices("telegram", "liaison_remind_before")[0].text
    tick(town, 1, month=12)
    assert sent(town, "remind_after") == 1
    for day in (2, 3, 4):
        tick(town, day, month=12)
    assert station(town) == "a"
    assert town.kinds().count("escalated") == 1
    escalated = next(event for event in town.events() if event.kind == "escalated")
    assert escalated.reason == "超期 5 个工作日"


def test_what_waits_for_staff_too_long_is_escalated(database: Database, clock: Clock) -> None:
    town = Town(database, clock, decision="review")
    town.open_station("a")
    town.submit()
    tick(town, 30)
    tick(town, 1, month=12)
    assert town.kinds().count("escalated") == 1


def test_the_stand_in_is_reminded_while_the_primary_is_away(town: Town) -> None:
    town.away("a")
    tick(town, 23)
    [notice] = town.notices("telegram", "liaison_remind_before")
    assert notice.recipient == str(town.liaison("a", "backup").id)
    town.cases.take(NUMBER, town.actor("a", "backup"), town.demand().version)


def test_what_is_over_is_left_alone(town: Town) -> None:
    town.cases.withdraw(NUMBER, STAFF)
    before = len(town.notices())
    tick(town, 10, month=12)
    assert len(town.notices()) == before


def test_no_tokens_pile_up_while_nothing_happens(town: Town, database: Database) -> None:
    tick(town, 23)
    with database.read() as session:
        before = session.query(ActionToken).count()
    for minute in range(5):
        tick(town, 23, 10 + minute)
    with database.read() as session:
        assert session.query(ActionToken).count() == before


def test_one_broken_demand_does_not_keep_the_others_waiting(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    other = "CD-20261120-0002"
    town.submit(number=other)
    with town.db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE contact SET name = 'unreadable' WHERE id = {town.demand().contact_id}")  # noqa: S608
    tick(town, 23)
    assert "UndecryptableError" in caplog.text
    assert town.kinds(other)[-1] == "reminded"
