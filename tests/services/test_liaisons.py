"""Where liaisons can be reached, on both databases."""

import pytest

from bot.services.liaisons import LiaisonService
from models import Database, Liaison
from tests.conftest import Clock
from tests.fakes.town import Town


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    found = Town(database, clock)
    found.open_station("a")
    found.open_station("b", telegram=False, wecom=True)
    return found


def test_addresses_are_those_on_file(town: Town) -> None:
    people = LiaisonService(town.db)
    first, second = str(town.liaison("a").id), str(town.liaison("b").id)
    assert (people.telegram_id(first), people.wecom_key(first)) == (10, None)
    assert (people.telegram_id(second), people.wecom_key(second)) == (None, "key-2")


def test_who_left_or_never_was_has_no_address(town: Town) -> None:
    people, pk = LiaisonService(town.db), town.liaison("a").id
    with town.db.begin() as session:
        session.get_one(Liaison, pk).active = False
    assert people.telegram_id(str(pk)) is None
    assert people.telegram_id("9999") is None
    assert people.wecom_key("wx0000:openid-1") is None
