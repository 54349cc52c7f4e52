"""What is left to see of names and telephone numbers."""

import pytest

from bot.core.masking import mask_name, mask_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800000000", "138****0000"),
        ("02880000123", "028****0123"),
        ("08308000123", "0830****0123"),
        ("4000000123", "400****123"),
        ("80000123", "******23"),
        ("12", "***12"),
        ("", None),
        (None, None),
    ],
)
def test_a_telephone_number_keeps_its_ends(phone: str | None, shown: str | None) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("王", "王*"),
        ("张示例", "张**"),
        ("张经理", "张经理"),
        ("张示例经理", "张**经理"),
        ("刘示工", "刘*工"),
        ("李大爷", "李大爷"),
        ("总", "总*"),
        (None, None),
    ],
)
def test_a_name_keeps_the_family_name_and_the_form_of_address(name: str | None, shown: str | None) -> None:
    assert mask_name(name) == shown
