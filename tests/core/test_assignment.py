"""Whose turn it is among stations that fit alike."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.assignment import Turn, alike, in_turn, sure
from bot.core.routing import Candidate, rules


def station(name: str, fit: float | None = 2.0, score: float = 0.9) -> Candidate:
    return Candidate(name, name, score, [], fit)


def order(candidates: list[Candidate], turns: dict[str, Turn], named: str | None = None) -> str:
    return "".join(one.station_id for one in in_turn(candidates, turns, named))


def test_among_equals_the_lightest_load_comes_first() -> None:
    turns = {"a": Turn(2, 10), "b": Turn(1, 10), "c": Turn(0, 10)}
    assert order([station("a"), station("b"), station("c")], turns) == "cba"


def test_a_big_station_may_have_more_on_its_hands() -> None:
    assert order([station("a"), station("b")], {"a": Turn(2, 5), "b": Turn(3, 10)}) == "ba"


def test_among_equals_with_the_same_load_who_waited_longest_comes_first() -> None:
    turns = {"a": Turn(1, 10, 7), "b": Turn(1, 10, 3), "c": Turn(1, 10)}
    assert order([station("a"), station("b"), station("c")], turns) == "cba"


def test_who_never_got_one_comes_by_id() -> None:
    assert order([station("b"), station("a")], {"a": Turn(0, 10), "b": Turn(0, 10)}) == "ab"


def test_a_better_fit_comes_first_however_busy() -> None:
    assert order([station("a", 3.0), station("b", 2.0)], {"a": Turn(9, 10), "b": Turn(0, 10)}) == "ab"


def test_the_station_that_was_named_comes_before_its_equals_but_not_before_a_better_one() -> None:
    turns = {"a": Turn(0, 10), "b": Turn(1, 10), "c": Turn(2, 10)}
    assert order([station("a", 3.0), station("b"), station("c")], turns, named="c") == "acb"


def test_stations_that_are_gone_are_left_out() -> None:
    assert order([station("a"), station("b")], {"b": Turn(0, 10)}) == "b"


def test_without_measured_fit_only_the_same_score_is_equal() -> None:
    found = alike([station("a", None, 0.9), station("b", None, 0.9), station("c", None, 0.89)])
    assert [[one.station_id for one in group] for group in found] == [["a", "b"], ["c"]]


def test_only_stations_that_are_sure_enough_get_it_without_staff() -> None:
    least = rules()["automatic_from"]
    candidates = [station("a", 3.0, 0.97), station("b", 2.98, 0.5), station("c", 2.0, least), station("d", 1.5, 0.2)]
    assert [one.station_id for one in sure(candidates)] == ["a", "b", "c"]
    assert sure([]) == []


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.integers(1, 60))
def test_equals_never_differ_by_more_than_one(capacities: list[int], demands: int) -> None:
    """With the same room each; a station that is full is passed over by the caller."""
    room = max(capacities) * 20
    cases = {str(place): [0, 0] for place, _ in enumerate(capacities)}
    for number in range(1, demands + 1):
        turns = {name: Turn(count, room, last) for name, (count, last) in cases.items()}
        first = in_turn([station(name) for name in cases], turns)[0].station_id
        cases[first] = [cases[first][0] + 1, number]
    counts = [count for count, _ in cases.values()]
    assert max(counts) - min(counts) <= 1
