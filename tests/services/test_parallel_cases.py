"""Cases that are opened and moved at the same moment, by real threads on both databases."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from bot.core.case import State
from bot.services.cases import AlreadyHandled, CaseError
from bot.services.directory import DirectoryService, ImportReport
from bot.services.import_runs import RunningError
from models import Database
from tests.conftest import Clock
from tests.fakes.town import Town

THREADS = 12
ORDERS = ("abc", "bca", "cab", "cba")


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    found = Town(database, clock)
    for station in "abc":
        found.open_station(station, capacity=2)
    return found


def number(place: int) -> str:
    return f"CD-20261120-{place + 1:04}"


def at_once(deeds: Sequence[Callable[[], object]]) -> list[object]:
    """What each deed returned, or the CaseError it raised; all begin together."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except CaseError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def open_case(town: Town, place: int) -> str | None:
    """The station; demands differ in which one they would rather go to."""
    with town.db.begin() as session:
        demand = town._demand(session, number(place))
        demand.sender_id = f"wx0000:openid-{place}"
        session.add(demand)
        session.flush()
        return town.cases.open_in(session, demand, town.routed(ORDERS[place % len(ORDERS)]), None).station


def test_parallel_demands_never_overfill_a_station(town: Town) -> None:
    stations = at_once([partial(open_case, town, place) for place in range(THREADS)])
    taken = [one for one in stations if one is not None]
    assert sorted(str(one) for one in taken) == sorted(f"示例{one}站" for one in "aabbcc")
    states = [town.demand(number(place)).state for place in range(THREADS)]
    assert states.count(State.AWAITING_PICKUP) == 6
    assert states.count(State.ACCEPTED) == 6


def test_returns_and_new_demands_that_want_each_others_stations_do_not_block_each_other(town: Town) -> None:
    for place in range(6):
        open_case(town, place)
    held = [town.demand(number(place)) for place in range(6)]

    def give_back(place: int) -> Callable[[], object]:
        demand = held[place]
        assert demand.station is not None
        actor, version = town.actor(demand.station.station_id), demand.version
        return lambda: town.cases.return_(number(place), actor, version, "no_capacity")

    opening = [partial(open_case, town, place) for place in range(6, 12)]
    outcomes = at_once([*(give_back(place) for place in range(6)), *opening])
    assert not [one for one in outcomes if isinstance(one, CaseError)]
    assert [demand.returns for demand in (town.demand(number(place)) for place in range(6))] == [1] * 6
    placed = [town.demand(number(place)).station_pk for place in range(12)]
    assert all(placed.count(pk) <= 2 for pk in set(placed) - {None})


def test_an_import_and_new_demands_at_once_do_not_block_each_other(town: Town, tmp_path: Path) -> None:
    directory = DirectoryService(town.db, town.clock)
    for station in "abc":
        town.open_station(f"{station}{station}", capacity=20)

    def bring_up_to_date(place: int) -> ImportReport | None:
        """None while another import is at work: one goes at a time."""
        rows = [
            {"station_id": name, "name": f"示例{name}站{place}", "capacity": 20} for name in reversed(town.stations)
        ]
        path = tmp_path / f"{place}.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        try:
            return directory.import_stations(path)
        except RunningError:
            return None

    outcomes = at_once(
        [
            *(partial(bring_up_to_date, place) for place in range(4)),
            *(partial(open_case, town, place) for place in range(8)),
        ]
    )
    imported = [one for one in outcomes[:4] if one is not None]
    assert imported
    assert all(isinstance(one, ImportReport) and one.ok for one in imported)
    assert len(outcomes) == THREADS


def test_taking_and_withdrawing_at_once_leaves_one_of_the_two(town: Town) -> None:
    open_case(town, 0)
    demand, actor = town.demand(number(0)), town.actor("a")
    person = type(actor)("enterprise", "", "成都示例科技有限公司")
    outcomes = at_once(
        [
            lambda: town.cases.take(number(0), actor, demand.version),
            lambda: town.cases.withdraw(number(0), person, "不需要了"),
        ]
    )
    late = [one for one in outcomes if isinstance(one, AlreadyHandled)]
    kinds = town.kinds(number(0))
    assert town.demand(number(0)).state == State.WITHDRAWN
    assert len(late) == (0 if "taken" in kinds else 1)


def test_the_clock_of_two_workers_moves_an_untaken_demand_once(town: Town) -> None:
    open_case(town, 0)
    town.clock.advance(days=7)
    at_once([lambda: town.cases.tick(town.clock())] * 4)
    assert town.kinds(number(0)).count("not_taken") == 1
    assert town.demand(number(0)).returns == 1
