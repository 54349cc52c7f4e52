"""Demands for stations where notices do not reach everybody, on both databases."""

import pytest

from bot.core.case import State
from bot.services.cases import Undelivered
from models import Database, Liaison, Notice, User
from tests.conftest import Clock
from tests.fakes.town import NUMBER, STAFF, Town


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    return Town(database, clock)


def change(town: Town, role: str, **values: object) -> None:
    with town.db.begin() as session:
        person = session.get_one(Liaison, town.liaison("a", role).id)
        for name, value in values.items():
            setattr(person, name, value)


def holder(town: Town) -> str:
    liaison = town.demand().liaison
    assert liaison is not None
    return liaison.name


def test_a_colleague_who_can_be_told_gets_the_demand(town: Town) -> None:
    town.open_station("a")
    change(town, "primary", telegram_id=None)
    town.submit()
    assert holder(town) == "a备"
    assert [notice.recipient for notice in town.notices("telegram")] == [str(town.liaison("a", "backup").id)]


def sign_up(town: Town, role: str, scope: str) -> None:
    with town.db.begin() as session:
        session.add(
            User(
                username=f"{role}.user",
                display_name="示例用户",
                role=role,
                scope=scope,
                password_hash="-",
                created_at=town.clock(),
            )
        )


def test_a_station_that_nobody_can_tell_is_passed_over(town: Town) -> None:
    town.open_station("a", telegram=False)
    town.open_station("b")
    town.submit()
    assert holder(town) == "b主"


def test_without_anybody_who_can_be_told_staff_decide_and_read_why(town: Town) -> None:
    town.open_station("a", telegram=False)
    assert town.submit().station is None
    demand = town.demand()
    assert (demand.state, demand.station_pk) == (State.ACCEPTED, None)
    assert "示例a站：没有能通知到的在岗联络员" in str(town.events()[-1].reason)


@pytest.mark.parametrize(("role", "scope"), [("liaison", "a"), ("society", "示例a学会")])
def test_a_station_with_an_account_sees_its_demands_in_the_console(town: Town, role: str, scope: str) -> None:
    town.open_station("a", telegram=False)
    sign_up(town, role, scope)
    town.submit()
    assert holder(town) == "a主"
    assert town.kinds()[-1] == "undelivered"


def test_a_channel_of_ones_own_does_not_come_before_being_there(town: Town) -> None:
    town.open_station("a")
    change(town, "backup", telegram_id=None)
    town.away("a")
    sign_up(town, "liaison", "a")
    town.submit()
    assert holder(town) == "a备"
    assert town.kinds()[-1] == "undelivered"


def test_a_station_whose_people_are_all_away_is_passed_over(town: Town) -> None:
    town.open_station("a")
    town.open_station("b")
    town.away("a")
    town.away("a", "backup")
    town.submit()
    assert holder(town) == "b主"


def test_staff_may_choose_a_station_that_cannot_be_told_and_see_that_nobody_knows(town: Town) -> None:
    town.open_station("a", telegram=False)
    town.submit()
    town.cases.assign_by_staff(NUMBER, "a", STAFF, "已电话通知", town.demand().version)
    assert holder(town) == "a主"
    assert "没有登记通知方式" in str(town.events()[-1].reason)


def test_who_is_there_first_gets_it(town: Town) -> None:
    """Friday noon: the primary comes on Tuesdays, the backup on working days."""
    town.open_station("a")
    change(town, "primary", hours="周二 9:00-12:00")
    change(town, "backup", hours="工作日 9:00–17:30")
    town.submit()
    assert holder(town) == "a备"


def test_who_is_not_there_in_time_to_take_it_is_not_given_it(town: Town) -> None:
    """Friday noon: two working days later is Tuesday."""
    town.open_station("a")
    change(town, "primary", hours="周三")
    change(town, "backup", active=False)
    assert town.submit().station is None


def lose_all(town: Town) -> None:
    """No notice to any liaison of the station arrives."""
    for _ in range(2):
        demand = town.demand()
        for notice in town.notices("telegram"):
            if notice.recipient == str(demand.liaison_pk) and notice.demand_no == NUMBER:
                with town.db.begin() as session:
                    session.get_one(Notice, notice.id).state = "dead"
        lost = Undelivered("telegram", str(demand.liaison_pk), "liaison_assigned", "blocked", NUMBER)
        with town.db.begin() as session:
            town.cases.undeliverable_in(session, lost)


def test_a_demand_leaves_a_station_where_no_notice_arrives(town: Town) -> None:
    town.open_station("a")
    town.open_station("b")
    town.submit()
    lose_all(town)
    for _ in range(2):
        town.cases.tick(town.clock())
    assert holder(town) == "b主"
    assert town.kinds().count("unreached") == 1
    assert town.events()[-1].reason == "由示例a站转来（本站联络员都通知不到）；擅长：b"
    assert "暂时联系不上，已改派【示例b站】" in town.notices("wechat", "unreached")[0].text


def test_without_another_station_staff_read_that_nobody_could_be_told(town: Town) -> None:
    town.open_station("a")
    town.submit()
    lose_all(town)
    town.cases.tick(town.clock())
    assert town.demand().station_pk is None
    assert "通知不到" in str(town.events()[-1].reason)


def test_a_station_with_an_account_keeps_what_no_notice_told_it(town: Town) -> None:
    town.open_station("a")
    town.open_station("b")
    sign_up(town, "liaison", "a")
    town.submit()
    lose_all(town)
    town.cases.tick(town.clock())
    assert town.demand().station_pk is not None
    assert town.kinds()[-1] == "escalated"
