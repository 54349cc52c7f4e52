"""Corrections that only make sense with the old value."""

from typing import Any

import pytest

from bot.core.amendment import amended


def amount(low: float | None, high: float | None) -> dict[str, Any]:
    return {"kind": "amount", "min": low, "max": high}


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("少写了个零", amount(300, 500)),
        ("钱少打了一个0", amount(300, 500)),
        ("漏了两个零", amount(3000, 5000)),
        ("多打了一个0", amount(3, 5)),
        ("预算多了个零", amount(3, 5)),
        ("去掉一个零", amount(3, 5)),
    ],
)
def test_a_zero_more_or_less(text: str, new: dict[str, Any]) -> None:
    assert amended("budget", amount(30, 50), text) == new


def test_an_open_end_stays_open() -> None:
    assert amended("budget", amount(None, 20), "少写了个零") == amount(None, 200)


@pytest.mark.parametrize("text", ["预算改成80万", "少写了个零，是五百万", "零件多了", "好的"])
def test_other_wordings_do_not_rescale(text: str) -> None:
    assert amended("budget", amount(30, 50), text) is None


def test_what_would_leave_the_limits_or_has_no_amount_is_not_rescaled() -> None:
    assert amended("budget", amount(50_000, 50_000), "少写了个零") is None
    assert amended("budget", {"kind": "negotiable", "min": None, "max": None}, "少写了个零") is None
    assert amended("deadline", "2027-06-30", "少写了个零") is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("电话最后一位是8", "13800000008"),
        ("最后两位应该是12", "13800000012"),
        ("尾号是1234", "13800001234"),
        ("后四位改成一二三四", "13800001234"),
        ("倒数第二位是3", "13800000030"),
        ("第三位是9", "13900000000"),
    ],
)
def test_digits_of_the_number_are_replaced(text: str, new: str) -> None:
    assert amended("phone", "13800000000", text) == new


@pytest.mark.parametrize("text", ["最后两位是8", "换个电话", "最后是20万", "第三项改成9", "第88位是1"])
def test_other_wordings_do_not_change_the_number(text: str) -> None:
    assert amended("phone", "13800000000", text) is None
