"""The states and who may change them."""

import pytest

from bot.core.case import (
    ACTORS,
    ALLOWED,
    EVENTS,
    LABELS,
    OPEN,
    OUTCOMES,
    OVER,
    RETURN_REASONS,
    STAFF_QUEUE,
    WITH_STATION,
    State,
    may,
)
from bot.core.limits import Limits


def test_every_state_has_its_own_label() -> None:
    assert set(LABELS) == set(State)
    assert len(set(LABELS.values())) == len(State)
    assert State("awaiting_pickup").label == "待签收"


def test_every_action_has_states_actors_and_an_event() -> None:
    assert set(ALLOWED) == set(ACTORS) == set(EVENTS)


def test_what_is_over_stays_over() -> None:
    assert all(not may(action, state) for action in ALLOWED for state in OVER)


def test_the_sets_of_states_do_not_overlap() -> None:
    assert OPEN >= WITH_STATION
    assert not OPEN & OVER
    assert not OPEN & STAFF_QUEUE


@pytest.mark.parametrize(
    ("action", "state", "actor", "possible"),
    [
        ("take", "awaiting_pickup", "liaison", True),
        ("take", "taken", "liaison", False),
        ("take", "awaiting_pickup", "enterprise", False),
        ("contact", "awaiting_pickup", "liaison", False),
        ("contact", "taken", "liaison", True),
        ("return", "awaiting_pickup", "liaison", True),
        ("return", "matching", "liaison", False),
        ("close", "awaiting_pickup", "liaison", False),
        ("close", "long_term", "liaison", True),
        ("withdraw", "taken", "enterprise", True),
        ("withdraw", "closed", "enterprise", False),
        ("withdraw", "taken", "liaison", False),
        ("assign", "accepted", "staff", True),
        ("assign", "accepted", "liaison", False),
        ("reject", "taken", "staff", False),
    ],
)
def test_who_may_do_what_when(action: str, state: str, actor: str, possible: bool) -> None:
    assert may(action, state, actor) is possible


def test_the_reasons_for_a_return_are_those_of_the_programme() -> None:
    assert list(RETURN_REASONS.values()) == ["不属于本站领域", "力量不足", "不在服务范围", "信息不足", "重复", "其他"]


def test_outcomes_are_states() -> None:
    assert {State(key).label for key in OUTCOMES} == set(OUTCOMES.values())


def test_each_step_that_waits_for_someone_has_a_limit() -> None:
    limits = Limits()
    assert [limits.of(state) for state in ("form_check", "awaiting_pickup", "taken", "contacted", "diagnosing")] == [
        1,
        2,
        3,
        10,
        15,
    ]
    assert all(limits.of(state) is None for state in OVER)
