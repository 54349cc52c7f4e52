"""Contact data is masked in free text, and nothing else is."""

import pytest

from bot.core.redaction import redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800000000", "电话138****0000"),
        ("138 0000 0000", "138****0000"),
        ("138-0000-0000", "138****0000"),
        ("+86 13800000000", "138****0000"),
        ("１３８００００００００", "１３８****００００"),
        ("打028-85000000", "打028-******00"),
        ("座机85000000", "座机******00"),
        ("一三八零零零零零零零零", "一三八****零零零零"),
        ("身份证510107199001011234", "身份证510*************34"),
        ("zhang.san@example.com", "z***@example.com"),
        ("微信号：abc12345", "微信号：ab***"),
    ],
)
def test_contact_data(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "CD-20261122-0007",
        "预算30-50万元，2026-12-31前",
        "统一社会信用代码 91510100MA6CXXXX0K",
        "精度从±5微米到±2微米，转速12000转",
        "产值 12000000 元",
    ],
)
def test_other_figures_stay(text: str) -> None:
    assert redact(text) == text


def test_known_people_and_numbers() -> None:
    assert redact("王小明说打 8123456", names=["王小明"], phones=["8123456"]) == "王**说打 *****56"
