"""Two values for one thing in one message are told apart from a correction."""

from datetime import date

import pytest

from bot.nlu.contradiction import contradiction, without_replaced
from bot.nlu.spans import Problem
from bot.nlu.values import extract

TODAY = date(2026, 11, 20)


def _found(text: str) -> Problem | None:
    return contradiction(text, extract(text, TODAY, "budget"), TODAY)


@pytest.mark.parametrize("text", ["预算30万，预算80万", "预算30万，电话13800000000，预算50万吧"])
def test_two_budgets_contradict_each_other(text: str) -> None:
    assert _found(text) == Problem("budget", "budget_contradictory")


def test_two_deadlines_contradict_each_other() -> None:
    assert _found("期限今年底，期限明年6月底") == Problem("deadline", "deadline_contradictory")


@pytest.mark.parametrize(
    "text",
    ["预算30万", "预算30万，预算就是30万", "预算30万，不对，预算80万", "预算30到80万", "去年预算30万，今年预算80万"],
)
def test_one_value_a_range_and_a_correction_do_not(text: str) -> None:
    assert _found(text) is None


@pytest.mark.parametrize(
    ("text", "most"),
    [("预算五十万，不对，八十万", 80.0), ("预算30万…不对预算80万吧", 80.0), ("30万，哦不，20万", 20.0)],
)
def test_what_was_taken_back_gives_way(text: str, most: float) -> None:
    spans = without_replaced(text, extract(text, TODAY, "budget"), TODAY)
    assert [span.value["max"] for span in spans if span.field == "budget"] == [most]


def test_a_correction_without_an_earlier_value_stays() -> None:
    spans = extract("预算错了，是30万", TODAY, "budget")
    assert without_replaced("预算错了，是30万", spans, TODAY) == spans
