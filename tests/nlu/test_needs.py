"""Several needs in one text."""

import pytest

from bot.nlu.needs import needs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我们有两个需求，一是焊缝老是开裂，二是想上一套视觉检测", ["焊缝老是开裂", "想上一套视觉检测"]),
        ("1、污水COD超标怎么解决；2、锅炉尾气想做余热回收", ["污水COD超标怎么解决", "锅炉尾气想做余热回收"]),
        (
            "（1）涂布厚度不稳定\n（2）极片毛刺检测靠人眼，想自动化\n预算30万",
            ["涂布厚度不稳定", "极片毛刺检测靠人眼，想自动化"],
        ),
        ("需求一：开发豆瓣发酵罐自动控制。需求二：解决胀袋问题", ["开发豆瓣发酵罐自动控制", "解决胀袋问题"]),
        ("第一个是轴承老是坏，第二个是想降低电费", ["轴承老是坏", "想降低电费"]),
        ("注塑件老是缩水，想找专家；另外还想搞个仓库管理系统", ["注塑件老是缩水，想找专家", "还想搞个仓库管理系统"]),
    ],
)
def test_different_needs_are_told_apart(text: str, found: list[str]) -> None:
    got = needs(text)
    assert [need.text for need in got] == found
    assert [text[need.start : need.end] for need in got] == found


@pytest.mark.parametrize(
    "text",
    [
        "焊缝老是裂，预算30万，年底前解决",
        "要求：1、精度±5μm；2、节拍60秒以内",
        "一是预算不多，二是时间紧，想尽快解决开裂问题",
        "想解决废水超标，另外预算不超过20万",
        "我们有一是一",
        "第一次用，想找个专家看看电机发热",
        "电话1.3.8",
        "设备1、2号线老是卡料，需要改造",
        "",
    ],
)
def test_attributes_and_one_need_are_not_split(text: str) -> None:
    assert len(needs(text)) <= 1
