"""Where a demand goes when stations are full, switched off, away, or give it back; on both databases."""

from collections.abc import Callable

import pytest

from bot.core.case import State
from bot.core.routing import Candidate, FieldGuess, Routed
from bot.services.cases import CaseError
from models import Database, Demand, Station
from tests.conftest import Clock
from tests.fakes.town import NUMBER, STAFF, Town

SECOND = "CD-20261120-0002"


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    return Town(database, clock)


def change(town: Town, station_id: str, **values: object) -> None:
    with town.db.begin() as session:
        station = session.query(Station).filter_by(station_id=station_id).one()
        for name, value in values.items():
            setattr(station, name, value)


def at(town: Town, number: str = NUMBER) -> str | None:
    station = town.demand(number).station
    return station.station_id if station else None


def submit(town: Town, routed: Routed, number: str = NUMBER, named: str | None = None) -> None:
    with town.db.begin() as session:
        demand = town._demand(session, number)
        demand.sender_id = f"wx0000:{number}"
        session.add(demand)
        session.flush()
        town.cases.open_in(session, demand, routed, named)


def routed(*found: tuple[str, float, float]) -> Routed:
    """(station, certainty, fit)."""
    candidates = [Candidate(name, f"示例{name}站", score, [f"擅长：{name}"], fit) for name, score, fit in found]
    return Routed(candidates, FieldGuess("7", "新材料"), "auto")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "暂停"}, "示例a站：状态为“暂停”，未在运行"),
        ({"agreement": {"start": "2024-01-01", "end": "2026-11-19"}}, "示例a站：协议已于 2026-11-19 到期"),
        ({"capacity": 0}, "示例a站：在办已满 0/0"),
    ],
)
def test_a_station_switched_off_after_it_was_chosen_is_not_given_it(
    town: Town, values: dict[str, object], words: str
) -> None:
    town.open_station("a")
    chosen = town.routed(["a"])
    change(town, "a", **values)
    submit(town, chosen)
    assert (town.demand().state, at(town)) == (State.ACCEPTED, None)
    assert words in str(town.events()[-1].reason)


def test_a_station_that_left_the_directory_is_passed_over_with_the_reason(town: Town) -> None:
    submit(town, routed(("gone", 0.95, 3.0)))
    assert town.events()[-1].kind == "queued"
    assert "示例gone站：名录里没有这个服务站" in str(town.events()[-1].reason)


def test_a_worse_station_does_not_silently_get_what_the_best_cannot_take(town: Town) -> None:
    town.open_station("a", capacity=0)
    town.open_station("b")
    submit(town, routed(("a", 0.95, 3.0), ("b", 0.3, 1.0)))
    assert at(town) is None


def test_the_next_that_is_sure_enough_gets_it(town: Town) -> None:
    town.open_station("a", capacity=0)
    town.open_station("b")
    submit(town, routed(("a", 0.95, 3.0), ("b", 0.9, 2.0)))
    assert at(town) == "b"


@pytest.mark.parametrize("candidates", [[], ["a", "a"]])
def test_no_station_and_the_same_station_twice_are_decided_like_anything_else(
    town: Town, candidates: list[str]
) -> None:
    town.open_station("a")
    submit(town, town.routed(candidates))
    assert at(town) == (candidates[0] if candidates else None)


def test_equals_take_turns_also_when_each_is_done_at_once(town: Town) -> None:
    for name in "abc":
        town.open_station(name)
    equals = routed(("a", 0.95, 2.0), ("b", 0.95, 2.0), ("c", 0.95, 2.0))
    went = []
    for place in range(6):
        number = f"CD-20261120-{place + 1:04}"
        submit(town, equals, number)
        went.append(at(town, number))
        demand = town.demand(number)
        town.cases.take(number, town.actor(str(went[-1])), demand.version)
        town.cases.close(number, STAFF, town.demand(number).version, "agreed", "已解决")
    assert went == ["a", "b", "c", "a", "b", "c"]


def test_the_station_that_the_enterprise_agreed_to_gets_it(town: Town) -> None:
    for name in "ab":
        town.open_station(name)
    submit(town, routed(("a", 0.95, 2.0), ("b", 0.95, 2.0)), named="b")
    assert at(town) == "b"
    assert not town.notices("wechat", "ask_share")


def test_two_people_who_read_their_summary_hear_of_different_equals(town: Town) -> None:
    for name in "ab":
        town.open_station(name)
    equals = routed(("a", 0.95, 2.0), ("b", 0.95, 2.0))
    named = [town.cases.hold(draft, equals).stations[0].station_id for draft in ("one", "two", "one")]
    assert named == ["a", "b", "a"]


def test_what_was_named_is_kept_for_half_an_hour(town: Town) -> None:
    for name in "ab":
        town.open_station(name)
    equals = routed(("a", 0.95, 2.0), ("b", 0.95, 2.0))
    first = town.cases.hold("one", equals).stations[0].station_id
    town.clock.advance(minutes=31)
    assert town.cases.hold("two", equals).stations[0].station_id == first


def wait_for_room(town: Town) -> None:
    """The second demand waits for the station that the first one filled; then the first is done."""
    town.open_station("a", capacity=1)
    town.submit()
    submit(town, town.routed(["a"]), SECOND)
    assert town.kinds(SECOND)[-1] == "queued"
    town.cases.tick(town.clock())
    assert town.kinds(SECOND)[-1] == "queued"
    town.cases.take(NUMBER, town.actor("a"), town.demand().version)
    town.cases.close(NUMBER, town.actor("a"), town.demand().version, "agreed", "已解决")
    for _ in range(2):
        town.cases.tick(town.clock())


def test_staff_are_told_when_a_full_station_has_room_again(town: Town) -> None:
    wait_for_room(town)
    events = town.events(SECOND)
    assert [event.kind for event in events].count("room") == 1
    assert events[-1].reason == "有服务站空出名额：示例a站（在办 0/1）"
    assert town.demand(SECOND).routing["room"] == {"a": "示例a站（在办 0/1）"}


def test_room_that_is_taken_again_is_not_shown_any_more(town: Town) -> None:
    wait_for_room(town)
    submit(town, town.routed(["a"]), "CD-20261120-0003")
    town.cases.tick(town.clock())
    assert town.demand(SECOND).routing["room"] == {}


def give_back(town: Town, reason: str = "not_our_field") -> None:
    demand = town.demand()
    assert demand.station is not None
    town.cases.return_(NUMBER, town.actor(demand.station.station_id), demand.version, reason)


def test_what_is_returned_goes_on_with_the_reason_and_not_back(town: Town) -> None:
    for name in "abc":
        town.open_station(name)
    town.submit()
    give_back(town)
    assert at(town) == "b"
    assert town.events()[-1].reason == "由示例a站转来（不属于本站领域）；擅长：b"
    give_back(town)
    assert at(town) == "c"
    assert town.asked[-1].exclude == {"a", "b"}


def test_the_third_return_is_for_staff_who_read_why(town: Town) -> None:
    for name in "abcd":
        town.open_station(name)
    town.submit()
    for reason in ("not_our_field", "out_of_area", "no_capacity"):
        give_back(town, reason)
    assert at(town) is None
    assert town.events()[-1].reason == "已被退回 3 次（最近：示例c站，力量不足），由市科协决定"


def test_a_return_with_nobody_left_is_for_staff_who_read_both_reasons(town: Town) -> None:
    town.open_station("a")
    town.submit()
    give_back(town)
    assert at(town) is None
    assert "示例a站没有承接（不属于本站领域）" in str(town.events()[-1].reason)


REFUSED: list[tuple[str, Callable[[Town], None], str]] = [
    ("b", lambda town: change(town, "b", status="整改"), "状态为“整改”，未在运行"),
    ("b", lambda town: change(town, "b", capacity=0), "在办已满 0/0"),
    ("a", lambda town: None, "需求现在就在该站"),
    ("zz", lambda town: None, "名录里没有这个服务站"),
]


@pytest.mark.parametrize(("station", "before", "words"), REFUSED)
def test_staff_read_why_a_station_cannot_take_it(
    town: Town, station: str, before: Callable[[Town], None], words: str
) -> None:
    for name in "ab":
        town.open_station(name)
    submit(town, town.routed(["a"]))
    before(town)
    with pytest.raises(CaseError, match=words):
        town.cases.assign_by_staff(NUMBER, station, STAFF, "企业要求", town.demand().version)
    assert at(town) == "a"


def test_every_assignment_has_actor_time_and_reason(town: Town) -> None:
    for name in "ab":
        town.open_station(name)
    submit(town, town.routed(["a"]))
    town.clock.advance(hours=1)
    town.cases.assign_by_staff(NUMBER, "b", STAFF, "企业要求换近的", town.demand().version)
    event = next(one for one in town.events() if one.kind == "assigned")
    assert (event.actor_name, event.at, event.reason) == (STAFF.name, town.clock(), "企业要求换近的")


def test_a_demand_without_candidates_that_fit_is_kept(town: Town) -> None:
    town.open_station("a")
    town.decision = "review"
    town.submit()
    with town.db.read() as session:
        assert session.query(Demand).filter_by(state=State.ACCEPTED).count() == 1
    assert town.events()[-1].reason == "没有把握"
