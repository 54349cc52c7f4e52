"""Technical figures: what is aimed at, with operator and unit."""

import pytest

from bot.nlu.indicators import indicators
from bot.nlu.normal import normalise

Figure = tuple[str, str, float | str, str]


def read(text: str) -> list[Figure]:
    found = (item for item, _, _ in indicators(normalise(text).text))
    return [(item["name"], item["op"], item["value"], item["unit"]) for item in found]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("尺寸精度±5μm", ("尺寸精度", "±", 5, "μm")),
        ("误差控制在正负三度以内", ("误差", "±", 3, "度")),
        ("抗拉强度不低于600MPa", ("抗拉强度", ">=", 600, "MPa")),
        ("表面温度不超过80℃", ("表面温度", "<=", 80, "℃")),
        ("噪音小于65分贝", ("噪音", "<", 65, "dB")),
        ("COD降到50mg/L以下", ("cod", "<=", 50, "mg/L")),
        ("漏检率低于百分之一", ("漏检率", "<", 1, "%")),
        ("识别准确率不低于百分之九十五", ("识别准确率", ">=", 95, "%")),
        ("硬度不低于58HRC", ("硬度", ">=", 58, "HRC")),
        ("表面粗糙度Ra0.8", ("表面粗糙度", "=", 0.8, "μm")),
        ("硬度HRC58-62", ("硬度", "=", "58-62", "HRC")),
        ("水分13%到14%", ("水分", "=", "13-14", "%")),
        ("杂质含量小于50ppm", ("杂质含量", "<", 50, "ppm")),
        ("检测速度不低于200个/分钟", ("检测速度", ">=", 200, "个/min")),
        ("转速要到3000转/分", ("转速", ">=", 3000, "r/min")),
        ("保质期做到6个月", ("保质期", ">=", 6, "个月")),
        ("续航不少于90分钟", ("续航", ">=", 90, "min")),
    ],
)
def test_a_figure_has_name_operator_value_and_unit(text: str, figure: Figure) -> None:
    assert read(text) == [figure]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("良率从85%提高到95%", ("良率", ">=", 95, "%")),
        ("节拍从60秒缩短到45秒", ("节拍", "<=", 45, "s")),
        ("合格率现在90%，想到99%", ("合格率", ">=", 99, "%")),
        ("响应时间从2秒降到500毫秒", ("响应时间", "<=", 500, "ms")),
        ("现在正负5个微米 想做到2以内", ("", "<=", 2, "μm")),
        ("跳动目前0.05mm，做到0.02", ("跳动", "<=", 0.02, "mm")),
    ],
)
def test_where_things_stand_gives_way_to_the_aim_and_lends_its_unit(text: str, figure: Figure) -> None:
    assert read(text) == [figure]


def test_several_figures_keep_their_names() -> None:
    assert read("氨氮≤5mg/L，总磷≤0.5mg/L") == [("氨氮", "<=", 5, "mg/L"), ("总磷", "<=", 0.5, "mg/L")]
    assert read("功耗小于5W，续航大于8小时") == [("功耗", "<", 5, "W"), ("续航", ">", 8, "h")]


@pytest.mark.parametrize("text", ["304N不锈钢", "等了3天", "第2道工序", "用了5台设备", "2027年6月", "有10个人"])
def test_other_numbers_are_no_figures(text: str) -> None:
    assert read(text) == []
