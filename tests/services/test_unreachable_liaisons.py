"""Demands for stations where notices do not reach everybody, on both databases."""

import pytest

from bot.core.case import State
from models import Database, Liaison
from tests.conftest import Clock
from tests.fakes.town import Town


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


def test_a_channel_of_ones_own_does_not_come_before_being_there(town: Town) -> None:
    town.open_station("a")
    change(town, "backup", telegram_id=None)
    town.away("a")
    town.submit()
    assert holder(town) == "a备"
    assert town.kinds()[-1] == "undelivered"


def test_a_station_that_nobody_can_tell_still_gets_it_and_staff_see_why_nobody_knows(town: Town) -> None:
    town.open_station("a", telegram=False)
    town.submit()
    assert holder(town) == "a主"
    assert town.demand().state == State.AWAITING_PICKUP
    assert town.kinds()[-1] == "undelivered"
    assert "没有登记通知方式" in str(town.events()[-1].reason)
