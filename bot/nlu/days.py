"""What the readers of dates return, and the arithmetic of the calendar that they share."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.nlu.numbers import read

YEAR = (
    r"(?P<year>20\d\d|2[4-9](?=年)|3\d(?=年)|"
    r"二[零〇][二三][零〇一二三四五六七八九]|今年|本年度?|当年|明年|来年|次年|下一?年度?|后年|"
    r"大后年|去年|前年)年?(?:的|度)?"
)
BEFORE = r"(?P<before>\s*(?:之前|以前|前(?!期|面|后|年|景|端|段|处|道|置)))?"
_RELATIVE_YEAR = {
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "当年": 0,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "下年": 1,
    "下一年": 1,
    "下年度": 1,
    "下一年度": 1,
    "后年": 2,
    "大后年": 3,
    "去年": -1,
    "前年": -2,
}


@dataclass(frozen=True)
class Day:
    """A date found in a text, and whether the wording itself says that it is a limit."""

    day: date
    start: int
    end: int
    limit: bool
    dated: bool = True
    """False for a length of time counted from today."""


Found = tuple[date | None, bool]
"""The last day of what was named, and whether the wording says that it is a limit."""
Reader = Callable[["re.Match[str]", date], "Found | None"]
"""Raises ValueError or OverflowError for a day that does not exist."""


def year_of(found: re.Match[str], today: date) -> int | None:
    """The year that a match of YEAR names; None without one."""
    word = found.groupdict().get("year")
    if not word:
        return None
    if word in _RELATIVE_YEAR:
        return today.year + _RELATIVE_YEAR[word]
    value = read(word)
    number = int(value[0]) if value else 0
    return number + 2000 if number < 100 else number


def number_of(text: str) -> int:
    """The number a text writes, the higher end of a range; ValueError when it is none."""
    value = read(text)
    if value is None:
        raise ValueError(text)
    return int(value[1])


def last_of(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month_end(year: int, month: int, part: str, before: bool) -> date:
    """The last day of a month or of its part (初、中、上旬、底…); before a whole month, the day before it."""
    part = part.replace("月", "")
    if "初" in part or "上" in part:
        return date(year, month, 10)
    if "中" in part:
        return date(year, month, 15 if part == "中" else 20)
    if part or not before:
        return last_of(year, month)
    return date(year, month, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
