"""Telephone numbers, digits only."""

import pytest

from bot.nlu.normal import normalise
from bot.nlu.phone import phones, wrong_length


def read(text: str, asked: bool = False) -> str | None:
    found = phones(normalise(text).text, asked)
    return found[0][0] if found else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800000000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("幺三八零零零零零零零零", "13800000000"),
        ("一三八 零零零零 零零零零", "13800000000"),
        ("电话13800000000微信同号", "13800000000"),
        ("028-80000000", "02880000000"),
        ("(028)80000000转802", "02880000000"),
        ("0838-2500000", "08382500000"),
        ("400-800-0000", "4008000000"),
        ("座机80000000", "80000000"),
        ("区号028 电话80000000", "02880000000"),
        ("4008 000 000", "4008000000"),
        ("壹叁捌零零零零零零零零", "13800000000"),
        ("138_0000_0000", "13800000000"),
        ("我的号码是1 3 8 0 0 0 0 0 0 0 0", "13800000000"),
        ("13800000000转小王", "13800000000"),
        ("电话错了不是13800000001，是13800000000", "13800000000"),
    ],
)
def test_numbers_in_any_writing(text: str, number: str) -> None:
    assert read(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "CD-20261122-0007",
        "年产80000000件",
        "年产量13800000000件",
        "订单号13800000000",
        "合同号13800000000",
        "91510100MA6200000X",
        "2027年12月31日",
        "身份证510100199001010000",
    ],
)
def test_other_digits_are_no_telephone_numbers(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "asked", "wrong"),
    [
        ("电话1380000000", False, True),
        ("138000000001", True, True),
        ("13800000", True, True),
        ("13800000000", True, False),
        ("产值123456789", False, False),
        ("不方便留", True, False),
    ],
)
def test_a_wrong_number_of_digits_is_noticed(text: str, asked: bool, wrong: bool) -> None:
    assert wrong_length(text, asked) is wrong
