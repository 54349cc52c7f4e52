"""Many demands from eight threads: nobody over capacity, nothing lost or given twice, equals within one."""

import queue
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.core.case import OPEN, State
from bot.core.routing import Candidate, FieldGuess, Routed
from models import CaseEvent, Database, Demand, Notice, Station, StationHold
from tests.conftest import Clock
from tests.fakes.town import Town

THREADS = 8
SIZES = [120, pytest.param(1000, marks=pytest.mark.slow)]


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    return Town(database, clock)


def equals(town: Town, fits: dict[str, float]) -> Routed:
    """Five on the short list, the others behind it, as routing gives them."""
    found = [Candidate(name, f"示例{name}站", 0.95, [f"擅长：{name}"], fit) for name, fit in fits.items()]
    return Routed(found[:5], FieldGuess("7", "新材料"), "auto", None, found[5:])


def submit_all(town: Town, routed: Routed, count: int, named: bool = False) -> list[object]:
    """Every demand once, by whichever thread is free; what went wrong is in the answer."""
    numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(1, count + 1):
        numbers.put(number)
    start, answers = Barrier(THREADS), list[object]()

    def work() -> None:
        start.wait()
        while True:
            try:
                number = numbers.get_nowait()
            except queue.Empty:
                return
            try:
                answers.append(open_case(town, routed, number, named))
            except Exception as error:
                answers.append(error)

    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work) for _ in range(THREADS)]:
            done.result()
    return answers


def open_case(town: Town, routed: Routed, number: int, named: bool) -> str | None:
    """`named`: the enterprise is told of a station in the summary first, and agrees to that one."""
    told = town.cases.hold(f"draft-CD-20261120-{number:04}", routed).stations[0].station_id if named else None
    with town.db.begin() as session:
        demand = town._demand(session, f"CD-20261120-{number:04}")
        demand.sender_id = f"wx0000:openid-{number}"
        session.add(demand)
        session.flush()
        return town.cases.open_in(session, demand, routed, told).station


def given(town: Town) -> Counter[str]:
    """Station → its open cases."""
    with town.db.read() as session:
        rows = session.query(Station.station_id).join(Demand, Demand.station_pk == Station.id)
        return Counter(station_id for (station_id,) in rows.filter(Demand.state.in_(OPEN)))


def assignments(town: Town) -> Counter[int]:
    """Demand → how often it was given to a station."""
    with town.db.read() as session:
        return Counter(row.demand_id for row in session.query(CaseEvent).filter_by(kind="routed"))


@pytest.mark.parametrize("named", [False, True], ids=["at once", "named before"])
@pytest.mark.parametrize("count", SIZES)
def test_equals_share_the_demands_within_one(town: Town, count: int, named: bool) -> None:
    names = [f"s{place:02}" for place in range(12)]
    for name in names:
        town.open_station(name, capacity=count)
    answers = submit_all(town, equals(town, dict.fromkeys(names, 2.0)), count)
    found = given(town)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert len(answers) == count == sum(found.values())
    assert set(found) == set(names)
    assert max(found.values()) - min(found.values()) <= 1
    assert set(assignments(town).values()) == {1}
    with town.db.read() as session:
        assert session.query(Notice).filter_by(kind="ask_share").count() == 0
        assert session.query(StationHold).count() == 0


@pytest.mark.parametrize("count", SIZES)
def test_no_station_gets_more_than_it_can_take_and_the_rest_waits_for_staff(town: Town, count: int) -> None:
    room = count // 10
    fits = {"a": 3.0, "b": 2.0, "c": 2.0, "d": 2.0, "e": 1.0, "f": 3.0}
    for name in fits:
        town.open_station(name, capacity=room)
    answers = submit_all(town, equals(town, fits), count)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert given(town) == Counter(dict.fromkeys(fits, room))
    assert len([one for one in answers if one is None]) == count - 6 * room
    with town.db.read() as session:
        waiting = session.query(Demand).filter_by(state=State.ACCEPTED, station_pk=None).count()
        told = session.query(Notice).filter_by(kind="liaison_assigned").count()
        queued = {row.reason for row in session.query(CaseEvent).filter_by(kind="queued")}
    assert waiting == count - 6 * room
    assert told == 6 * room
    assert all(f"在办已满 {room}/{room}" in str(reason) for reason in queued)
    assert set(assignments(town).values()) == {1}
