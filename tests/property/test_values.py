"""Any amount, date, number or phone comes back the same in every way it can be written."""

from datetime import date, timedelta

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.budget import budgets
from bot.nlu.deadline import deadlines
from bot.nlu.normal import normalise
from bot.nlu.numbers import read
from bot.nlu.phone import phones
from bot.nlu.uscc import ALPHABET, check_digit, is_valid
from bot.nlu.values import extract, invalid

TODAY = date(2026, 11, 22)
FULL_WIDTH = str.maketrans("0123456789-.", "０１２３４５６７８９－．")


@given(st.integers(min_value=1, max_value=99_999_999))
def test_spoken_numbers(number: int) -> None:
    for style in ("low", "up"):
        assert read(cn2an.an2cn(number, style)) == (number, number)


@given(st.integers(min_value=1, max_value=99_999))
def test_amounts(number: int) -> None:
    spoken = cn2an.an2cn(number, "low")
    for text in (
        f"{number}万",
        f"{number}万元",
        f"{number}w",
        f"{number * 10_000:,}元",
        f"{number}万".translate(FULL_WIDTH),
    ):
        assert _budget(text) == (number, number), text
    if number < 10_000:
        assert _budget(f"预算{spoken}万元") == (number, number)


@given(st.integers(min_value=1, max_value=5000), st.integers(min_value=1, max_value=5000))
def test_ranges(low: int, more: int) -> None:
    for separator in ("-", "~", "～", "到", "至", "—"):
        assert _budget(f"{low}{separator}{low + more}万") == (low, low + more)
        assert _budget(f"{low}万{separator}{low + more}万") == (low, low + more)


@given(st.dates(min_value=TODAY, max_value=date(2039, 12, 31)))
def test_dates(day: date) -> None:
    spoken_year = "".join("零一二三四五六七八九"[int(digit)] for digit in str(day.year))
    month, number = (
        cn2an.an2cn(part, "low").removeprefix("一") if part in range(10, 20) else cn2an.an2cn(part, "low")
        for part in (day.month, day.day)
    )
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
    ]
    written += [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}号前".translate(FULL_WIDTH),
    ]
    written += (
        [f"{spoken_year}年{month}月{number}日"]
        if spoken_year.startswith("二零二") or spoken_year.startswith("二零三")
        else []
    )
    for text in written:
        assert _deadline(text) == day.isoformat(), text


@given(st.integers(min_value=1, max_value=400))
def test_lengths_in_days(days: int) -> None:
    for text in (f"{days}天内", f"{cn2an.an2cn(days, 'low')}天之内", f"{days} 天以内"):
        assert _deadline(text) == (TODAY + timedelta(days=days)).isoformat()


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_mobile_numbers(number: str) -> None:
    spoken = "".join("零幺二三四五六七八九"[int(digit)] for digit in number)
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
    for text in (
        number,
        grouped,
        grouped.replace(" ", "-"),
        f"+86 {number}",
        f"电话：{number.translate(FULL_WIDTH)}。",
        spoken,
    ):
        assert [found for found, _, _ in phones(normalise(text).text, False)] == [number], text


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_a_wrong_check_digit_is_seen(code: str) -> None:
    right = check_digit(code)
    assert is_valid(code + right)
    assert not any(is_valid(code + other) for other in ALPHABET if other != right)


@given(
    st.text(max_size=80),
    st.sampled_from([None, "budget", "deadline", "phone", "enterprise_name", "contact_name", "problem"]),
)
def test_no_text_raises_and_every_span_lies_in_it(text: str, context: str | None) -> None:
    for span in extract(text, TODAY, context):
        assert 0 <= span.start < span.end <= len(text)
    invalid(text, TODAY, context)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
    assert len(normalise(text).origin) == len(once)


def _budget(text: str) -> tuple[object, object]:
    found = budgets(normalise(text).text, False)
    assert found, text
    return pytest.approx(found[0][0]["min"]), pytest.approx(found[0][0]["max"])


def _deadline(text: str) -> str | None:
    found = deadlines(normalise(text).text, TODAY, True)
    return found[0][0] if found else None
