"""The WeChat id that a person offers."""

from datetime import date

import pytest

from bot.nlu.values import extract


def read(text: str) -> object:
    spans = extract(text, date(2026, 11, 22))
    return next((span.value for span in spans if span.field == "contact_wechat"), None)


@pytest.mark.parametrize(
    ("text", "wechat"),
    [
        ("微信 Abc_123456", "Abc_123456"),
        ("加我微信：zhulidemo", "zhulidemo"),
        ("vx: demo-user01", "demo-user01"),
        ("我的微信号是wxid_abc123", "wxid_abc123"),
        ("13800000000微信同号", "13800000000"),
        ("加我微信同手机号 138 0000 0000", "13800000000"),
    ],
)
def test_an_offered_id_is_taken_as_written(text: str, wechat: str) -> None:
    assert read(text) == wechat


@pytest.mark.parametrize(
    "text", ["开发一个微信小程序", "麻烦叫工作人员加我微信", "微信公众号怎么接erp", "微信 android 端", "微信同号"]
)
def test_other_mentions_of_wechat_are_no_id(text: str) -> None:
    assert read(text) is None
