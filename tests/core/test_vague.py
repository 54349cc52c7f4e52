"""Which needs are too general to find anybody for."""

import pytest

from bot.core.vague import is_vague


@pytest.mark.parametrize(
    "text",
    [
        "设备老出问题",
        "想提高产品质量",
        "我们想找专家解决一个技术问题",
        "效率太低了",
        "想搞数字化转型",
        "产品合格率低",
        "",
    ],
)
def test_general_words_alone_are_vague(text: str) -> None:
    assert is_vague(text)


@pytest.mark.parametrize(
    "text", ["焊缝老是裂", "豆瓣酱夏天胀袋", "污水处理不达标", "电机烫", "涂布厚度总是不均匀", "主轴一转就抖"]
)
def test_a_named_thing_is_enough(text: str) -> None:
    assert not is_vague(text)
