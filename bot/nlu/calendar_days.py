"""Dates written with their month: 2027年3月15日, 2027.6.30, 6/30, 3月15, 明年三月底, 15号前."""

import re
from datetime import date

from bot.nlu.days import BEFORE, YEAR, Found, Reader, add_months, month_end, number_of, year_of
from bot.nlu.numbers import NUMBER

_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
_DAY = r"(?:[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_SIGN = r"[-/.]"
PART = r"(?P<part>月?[上中下]旬|月?初|月?底|月?末|月?中(?!旬|期|间|心|央|的|国|秋|试|标))"
_ENDS = r"(?=\s*(?:之前|以前|前|截止|以内|止|交|完|上线|要|$|[,，。;；、)吧嘛哈]))"
_LEADS = r"(?<![\d./-])(?<!第)"


def _full(found: re.Match[str], today: date) -> Found:
    year = year_of(found, today)
    month = 1 if found["month"] == "元" else number_of(found["month"])
    day = number_of(found["day"])
    before = bool(found.groupdict().get("before"))
    if year is not None:
        return date(year, month, day), before
    result = date(today.year, month, day)
    return (result if result >= today else date(today.year + 1, month, day)), before


def _digits(found: re.Match[str], today: date) -> Found:
    return date(int(found[1]), int(found[2]), int(found[3])), False


def _month(found: re.Match[str], today: date) -> Found:
    year = year_of(found, today)
    month = 1 if found["month"] == "元" else number_of(found["month"])
    if year is None:
        year = today.year if month >= today.month else today.year + 1
    before = bool(found["before"])
    return month_end(year, month, found["part"] or "", before), before


def _day_of_month(found: re.Match[str], today: date) -> Found:
    """15号前: this month's, or next month's when it is over."""
    day = number_of(found["day"])
    this = today.replace(day=1)
    result = this.replace(day=day)
    return (result if result >= today else add_months(this, 1).replace(day=day)), bool(found["before"])


READERS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(rf"(?:{YEAR}\s*)?(?P<month>{_MONTH})\s*月份?\s*(?P<day>{NUMBER})\s*[日号]{BEFORE}"), _full),
    (re.compile(
        rf"(?<![\d.])(?P<year>20\d\d)\s*{_SIGN}\s*(?P<month>1[0-2]|0?[1-9])\s*{_SIGN}\s*(?P<day>[12]\d|3[01]|"
        rf"0?[1-9])(?![\d.]){BEFORE}"
    ), _full),
    (re.compile(
        rf"(?<![\d./-])(?P<year>2[4-9])(?P<sign>{_SIGN})(?P<month>1[0-2]|0?[1-9])(?P=sign)(?P<day>[12]\d|3[01]|"
        rf"0?[1-9])(?![\d./-]){BEFORE}"
    ), _full),
    (re.compile(r"(?<![\da-z-])(20[2-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d-])"), _digits),
    (re.compile(rf"(?:{YEAR}\s*)?{_LEADS}(?P<month>{_MONTH})\s*月\s*(?P<day>{_DAY}){_ENDS}{BEFORE}"), _full),
    (re.compile(
        rf"(?:{YEAR}\s*)?(?<!\d)(?:{_MONTH}\s*月?份?\s*[、\-~到至]\s*)?(?P<month>{_MONTH})\s*月份?\s*"
        rf"{PART}?{BEFORE}(?!\s*[\d-])"
    ), _month),
    (re.compile(
        rf"(?<![\d.])(?P<year>20\d\d)\s*{_SIGN}\s*(?P<month>1[0-2]|0?[1-9])(?![\d.]){BEFORE}(?P<part>$^)?"
    ), _month),
    (re.compile(rf"{_LEADS}(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]){_ENDS}{BEFORE}"), _full),
    (re.compile(rf"{_LEADS}(?P<month>1[0-2]|0?[1-9])\.(?P<day>[123]\d)(?=\s*(?:之前|以前|前|截止)){BEFORE}"), _full),
    (re.compile(r"^\s*(?P<month>1[0-2]|0?[1-9])[.-](?P<day>[123]\d)\s*$"), _full),
    (re.compile(rf"{_LEADS}(?<!月)(?P<day>{_DAY})[号日](?=\s*(?:之前|以前|前|交|截止|$)){BEFORE}"), _day_of_month),
]  # fmt: skip
"""Tried in this order; an earlier one keeps its stretch."""
