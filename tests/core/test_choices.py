"""Numbered choices: written down, and found again in what people answer."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.core.choices import Layout, chosen

CHOICES = [
    {"title": "技术攻关", "payload": "/a"},
    {"title": "技术诊断与咨询", "payload": "/b"},
    {"title": "其他", "payload": "/c"},
]
LAYOUT = Layout("（回复数字选择）")


@dataclass
class Bubble:
    text: str | None
    buttons: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "２",
        "②",
        "二",
        "2.",
        "2、",
        "第2个",
        "第二个",
        "选2",
        "选 2",
        "我选2",
        "回复2",
        "2号",
        "第二项吧",
        " 2 ",
        "技术诊断与咨询",
        "技术诊断与咨询。",
    ],
)
def test_the_second_in_all_its_forms(text: str) -> None:
    assert chosen(text, CHOICES) == CHOICES[1]


@pytest.mark.parametrize(
    "text", ["", "0", "4", "12", "2万", "2-3", "预算2", "技术", "第二天", "2个微米", "二十", "十", "/b", "2026"]
)
def test_what_is_no_choice(text: str) -> None:
    assert chosen(text, CHOICES) is None


def test_the_twelfth_in_chinese() -> None:
    many = [{"title": f"第{number}类", "payload": f"/{number}"} for number in range(1, 13)]
    assert chosen("十二", many) == many[11]
    assert chosen("第十个", many) == many[9]


def test_a_list_is_written_out() -> None:
    laid = LAYOUT.lay_out([Bubble("记下了。"), Bubble("是哪一类？", CHOICES[:2])])
    assert laid.text == "记下了。\n\n是哪一类？\n1. 技术攻关\n2. 技术诊断与咨询\n（回复数字选择）"
    assert laid.choices == CHOICES[:2]


@pytest.mark.parametrize("text", ["同意请回复 1，不同意回复 2", "1. 提交\n2. 不提交", "回复“1”接着填"])
def test_a_text_that_numbers_by_itself_is_left_alone(text: str) -> None:
    laid = LAYOUT.lay_out([Bubble(text, CHOICES[:2])])
    assert laid.text == text
    assert laid.choices == CHOICES[:2]


def test_the_bot_can_say_whether_its_text_is_numbered() -> None:
    assert LAYOUT.lay_out([Bubble("甲或乙？", CHOICES[:2], {"custom": {"numbered": True}})]).text == "甲或乙？"
    listed = LAYOUT.lay_out([Bubble("回复 1 的人很多", CHOICES[:1], {"custom": {"numbered": False}})]).text
    assert "1. 技术攻关" in listed
