"""Working days in China, seen from Chengdu."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import add_working_days, chengdu_date, due_at, is_working_day, start_of_day, working_days_between

DAYS = st.dates(date(2020, 1, 1), date(2031, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 17), False),
        (date(2026, 2, 28), True),
        (date(2026, 1, 4), True),
    ],
    ids=["Friday", "Saturday", "national day", "调休 Saturday", "Spring Festival", "调休 after it", "调休 Sunday"],
)
def test_holidays_and_exchanged_days_count(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_years_without_a_plan_yet_go_by_weekends() -> None:
    assert is_working_day(date(2031, 10, 1)) is True
    assert is_working_day(date(2031, 10, 4)) is False


def test_the_day_itself_does_not_count() -> None:
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 22), 2) == date(2026, 11, 24)
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 11, 23), -1) == date(2026, 11, 20)


def test_the_days_are_those_of_chengdu() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert chengdu_date(late) == date(2026, 11, 23)
    assert chengdu_date(due_at(late, 1)) == date(2026, 11, 24)
    assert start_of_day(late) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def test_a_limit_ends_with_the_working_day() -> None:
    assert due_at(datetime(2026, 11, 20, 4, 0, tzinfo=UTC), 2) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@given(DAYS, st.integers(1, 30))
def test_counting_there_and_between_agree(day: date, count: int) -> None:
    there = add_working_days(day, count)
    assert is_working_day(there)
    assert working_days_between(day, there) == count
    assert working_days_between(there, day) == 0


@given(DAYS, st.integers(1, 20))
def test_going_back_from_a_working_day_undoes_going_there(day: date, count: int) -> None:
    start = add_working_days(day - timedelta(days=1), 1)
    assert add_working_days(add_working_days(start, count), -count) == start
