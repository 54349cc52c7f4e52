"""Which date is the deadline, counted from Sunday 2026-11-22."""

from datetime import date

import pytest

from bot.nlu.deadline import deadlines, in_the_past
from bot.nlu.normal import normalise

TODAY = date(2026, 11, 22)


def read(text: str, asked: bool = False) -> str | None:
    found = deadlines(normalise(text).text, TODAY, asked)
    return found[0][0] if found else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027年3月15日", "2027-03-15"),
        ("2027-3-15", "2027-03-15"),
        ("2027.03.15", "2027-03-15"),
        ("20270315", "2027-03-15"),
        ("二〇二七年三月十五号", "2027-03-15"),
        ("3月15号", "2027-03-15"),
        ("12月1号", "2026-12-01"),
        ("明年三月", "2027-03-31"),
        ("明年三月前", "2027-02-28"),
        ("27年3月底", "2027-03-31"),
        ("下个月初", "2026-12-10"),
        ("下月20号", "2026-12-20"),
        ("月底前", "2026-11-30"),
        ("年底", "2026-12-31"),
        ("明年年底", "2027-12-31"),
        ("明年上半年", "2027-06-30"),
        ("下半年", "2026-12-31"),
        ("2027年二季度", "2027-06-30"),
        ("下个季度", "2027-03-31"),
        ("后年", "2028-12-31"),
        ("春节前", "2027-02-05"),
        ("年前", "2027-02-05"),
        ("端午之前", "2027-06-08"),
        ("明年中秋", "2027-09-15"),
        ("清明前", "2027-04-04"),
        ("五一前", "2027-04-30"),
        ("元旦前", "2026-12-31"),
        ("三个月内", "2027-02-22"),
        ("三到五个月", "2027-04-22"),
        ("两个半月", "2027-02-06"),
        ("半年", "2027-05-22"),
        ("一年半", "2028-05-22"),
        ("半个月", "2026-12-07"),
        ("两周", "2026-12-06"),
        ("100天", "2027-03-02"),
        ("10个工作日", "2026-12-04"),
        ("下周三", "2026-11-25"),
        ("2028年2月", "2028-02-29"),
        ("6/30", "2027-06-30"),
        ("6.30之前", "2027-06-30"),
        ("27.6.30", "2027-06-30"),
        ("1月15", "2027-01-15"),
        ("元月底", "2027-01-31"),
        ("三月中", "2027-03-15"),
        ("3-4月份", "2027-04-30"),
        ("15号前", "2026-12-15"),
        ("半年到8个月", "2027-07-22"),
        ("三个月后交付", "2027-02-22"),
        ("完成时限：2027年12月", "2027-12-31"),
        ("夏天之前", "2027-05-31"),
        ("入冬前", "2026-11-30"),
        ("年后", "2027-02-20"),
        ("春节后", "2027-02-21"),
        ("明年6月份投产之前要解决", "2027-06-30"),
        ("腊月底", "2027-02-05"),
        ("最晚拖到明年8月", "2027-08-31"),
    ],
)
def test_days_in_any_writing(text: str, day: str) -> None:
    assert read(text, asked=True) == day


@pytest.mark.parametrize("text", ["尽快", "能快就快", "越快越好", "马上要", "很急", "ASAP"])
def test_as_soon_as_possible(text: str) -> None:
    assert read(text, asked=True) == "ASAP"


@pytest.mark.parametrize(
    "text",
    [
        "不急",
        "长期",
        "长期有效",
        "时间不是问题",
        "没有特别要求",
        "随时都行",
        "时间上比较宽松",
        "时间不限",
        "没有时间要求",
        "慢慢来",
    ],
)
def test_long_term(text: str) -> None:
    assert read(text, asked=True) == "long_term"


@pytest.mark.parametrize(
    "text",
    [
        "公司成立于2010年5月",
        "从3月起出现裂纹",
        "设备用了三年",
        "去年12月就开始漏",
        "每三个月换一次滤芯",
        "保质期6个月",
        "质保两年",
        "刀具用不到半个月就坏",
        "等了两个月没消息",
        "做了20年阀门",
        "存放三个月以后发黄",
        "请尽快联系我",
        "保质期要求做到半年",
        "COD在2小时内降不下来",
        "一天要报废20多件",
        "下周再说",
        "明天再填吧",
        "我想查一下10月份报的那个",
        "废水最好3个月更换一次",
        "搞快点",
        "合同签到2028年",
        "产品交期一般45天",
        "实验周期要28天",
        "时间随便写吗",
        "种植周期要120天",
        "目前交货期要45天，想缩短到30天",
        "干燥时间从3天降到1天",
        "清洗一次要两天",
        "一天要亏好几千",
        "能不能加急",
    ],
)
def test_other_dates_and_lengths_are_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("成立于2010年，希望明年6月底前解决", "2027-06-30"),
        ("已经坏了三个月了，年底前必须修好", "2026-12-31"),
        ("三月开始做，五月底做完", "2027-05-31"),
        ("不是六月底，是八月底", "2027-08-31"),
        ("期限从三个月改成半年", "2027-05-22"),
    ],
)
def test_of_several_dates_the_deadline_is_taken(text: str, day: str) -> None:
    assert read(text) == day


@pytest.mark.parametrize(("text", "past"), [("2025年底", True), ("去年12月", True), ("明年", False), ("三个月", False)])
def test_a_deadline_in_the_past_is_noticed(text: str, past: bool) -> None:
    assert in_the_past(normalise(text).text, TODAY, asked=True) is past


@pytest.mark.parametrize("text", ["2027年2月30日", "2027年13月1日", "99999999个月", "十" * 50 + "年"])
def test_days_that_do_not_exist_raise_nothing(text: str) -> None:
    assert read(text, asked=True) != "2027-02-30"
