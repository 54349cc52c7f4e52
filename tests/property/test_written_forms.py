"""Every written form of an amount, a date, a length of time, a number or a telephone number reads back the same."""

from datetime import date, timedelta
from itertools import pairwise

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.budget import budgets
from bot.nlu.deadline import deadlines
from bot.nlu.normal import normalise
from bot.nlu.numbers import read
from bot.nlu.phone import phones

TODAY = date(2026, 11, 22)
FULL_WIDTH = str.maketrans("0123456789-.,()", "０１２３４５６７８９－．，（）")
TRADITIONAL = str.maketrans("万亿预两", "萬億預兩")
CAPITALS = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
LEADS = ("", "预算", "大概", "我们想出", "老板说给到", "经费大约")
TRAILS = ("", "左右", "上下", "吧", "的样子")
spellings = st.sampled_from(["plain", "full", "traditional"])


def respelt(text: str, spelling: str) -> str:
    return {"plain": text, "full": text.translate(FULL_WIDTH), "traditional": text.translate(TRADITIONAL)}[spelling]


@st.composite
def amounts(draw: st.DrawFn) -> tuple[float, str]:
    """An amount in 万元 and one way to write it."""
    number = draw(st.integers(min_value=1, max_value=9999))
    spoken = cn2an.an2cn(number, "low")
    written = draw(
        st.sampled_from(
            [
                f"{number}万",
                f"{number} 万元",
                f"{number}w",
                f"{number}W",
                f"{number}万块钱",
                f"{number * 10_000}元",
                f"￥{number * 10_000:,}",
                f"人民币{number * 10_000:,}元整",
                f"{spoken}万",
                f"{spoken}万元人民币",
                f"{spoken.translate(CAPITALS)}万元整",
                f"{number}.0万元",
            ]
        )
    )
    return number, written


@given(amounts(), st.sampled_from(LEADS), st.sampled_from(TRAILS), spellings)
def test_amounts(amount: tuple[float, str], lead: str, trail: str, spelling: str) -> None:
    value, written = amount
    assert _budget(respelt(lead + written + trail, spelling)) == (value, value)


@given(amounts(), st.sampled_from(["不超过{}", "最多{}", "{}以内", "{}封顶", "控制在{}以内", "别超过{}"]), spellings)
def test_upper_bounds(amount: tuple[float, str], frame: str, spelling: str) -> None:
    value, written = amount
    assert _budget(respelt("预算" + frame.format(written), spelling)) == (None, value)


@given(amounts(), st.sampled_from(["不低于{}", "至少{}", "{}以上", "{}起", "起码{}", "{}打底"]), spellings)
def test_lower_bounds(amount: tuple[float, str], frame: str, spelling: str) -> None:
    value, written = amount
    assert _budget(respelt("预算" + frame.format(written), spelling)) == (value, None)


@given(
    st.integers(min_value=1, max_value=999),
    st.integers(min_value=1, max_value=999),
    st.sampled_from(["-", "~", "～", "—", "到", "至", " - "]),
    st.booleans(),
)
def test_ranges_spoken_and_written(low: int, more: int, separator: str, spoken: bool) -> None:
    ends = [cn2an.an2cn(end, "low") if spoken else str(end) for end in (low, low + more)]
    assert _budget(f"预算{ends[0]}万{separator}{ends[1]}万元") == (low, low + more)
    assert _budget(f"预算（万元）：{low}-{low + more}") == (low, low + more)


@given(st.integers(min_value=1, max_value=8), st.sampled_from([("十", 10), ("百", 100), ("千", 1000), ("", 1)]))
def test_neighbouring_digits_are_a_range(digit: int, unit: tuple[str, int]) -> None:
    low, high = (cn2an.an2cn(end, "low") for end in (digit, digit + 1))
    assert _budget(f"{low}{high}{unit[0]}万") == (digit * unit[1], (digit + 1) * unit[1])


@given(st.dates(min_value=TODAY, max_value=date(2039, 12, 31)), st.sampled_from(["", "前", "之前", "截止"]), spellings)
def test_dates(day: date, trail: str, spelling: str) -> None:
    written = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month:02}月{day.day:02}号",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
    )
    for text in written:
        assert _deadline(respelt(text + trail, spelling)) == day.isoformat(), text


@given(st.dates(min_value=TODAY, max_value=TODAY + timedelta(days=364)))
def test_dates_without_a_year_are_the_next_of_that_name(day: date) -> None:
    month, number = cn2an.an2cn(day.month, "low"), cn2an.an2cn(day.day, "low")
    for text in (f"{day.month}月{day.day}日", f"{month.removeprefix('一') if day.month > 9 else month}月{number}号"):
        assert _deadline(text) == day.isoformat(), text


@given(
    st.integers(min_value=1, max_value=36),
    st.sampled_from(["{}个月", "{}个月内", "{} 个月之内", "{}个月左右", "大概{}个月"]),
    st.booleans(),
    spellings,
)
def test_months_from_today(count: int, frame: str, spoken: bool, spelling: str) -> None:
    text = respelt(frame.format(cn2an.an2cn(count, "low") if spoken else count), spelling)
    year, month = divmod(TODAY.year * 12 + TODAY.month - 1 + count, 12)
    assert _deadline(text) == date(year, month + 1, TODAY.day).isoformat()


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}", "+86 {}", "0086{}", "电话：{}", "手机{}微信同号", "打{}", "（{}）"]),
    st.sampled_from([(), (3, 7), (3, 6), (4, 7)]),
    st.sampled_from([" ", "-", ".", "  ", "－", "·"]),
)
def test_mobile_numbers(number: str, frame: str, cuts: tuple[int, ...], gap: str) -> None:
    marks = [0, *cuts, len(number)]
    parts = [number[start:end] for start, end in pairwise(marks)]
    for written in (gap.join(parts), gap.join(parts).translate(FULL_WIDTH)):
        assert _phones(frame.format(written)) == [number]


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["零一", "〇幺", "洞幺"]))
def test_spoken_mobile_numbers(number: str, style: str) -> None:
    names = style[0] + style[1] + "二三四五六七八九"
    spoken = "".join(names[int(digit)] for digit in number)
    assert _phones(spoken) == [number]
    assert _phones(f"我电话{spoken[:3]} {spoken[3:7]} {spoken[7:]}") == [number]


@given(st.from_regex(r"0(?:28|8[123][0-9])-[2-8][0-9]{7}", fullmatch=True))
def test_landlines(number: str) -> None:
    area, local = number.split("-")
    for text in (number, f"{area} {local}", f"({area}){local}", f"（{area}）{local[:4]} {local[4:]}", area + local):
        assert _phones(f"座机{text}转802") == [area + local], text


@given(st.integers(min_value=1, max_value=99_999_999))
def test_numbers_with_separators(number: int) -> None:
    assert read(f"{number:,}") == read(str(number)) == (number, number)


def _budget(text: str) -> object:
    found = budgets(normalise(text).text, False)
    assert found, text
    return tuple(end if end is None else pytest.approx(end) for end in (found[0][0]["min"], found[0][0]["max"]))


def _deadline(text: str) -> str | None:
    found = deadlines(normalise(text).text, TODAY, True)
    return found[0][0] if found else None


def _phones(text: str) -> list[str]:
    return [number for number, _, _ in phones(normalise(text).text, False)]
