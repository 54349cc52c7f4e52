"""Lengths of time counted from today: 三个月内, 一年半, 3-6个月, 大半年, 10个工作日."""

import re
from datetime import date, timedelta

from bot.nlu.days import Found, Reader, add_months
from bot.nlu.numbers import NUMBER, read

_WITHIN = r"(?P<within>\s*(?:以内|之内|内(?!部|容|在|外)))?"
_UNIT = (
    r"(?:个?月份?(?!\d)|个?季度|个?礼拜|个?星期|周年|周|个?工作日|天|日(?!产|均|常|"
    r"本|用|期)|年(?!产|底|末|初|前|后(?!交|要|完|上|投)|中|轻|纪|代|度|会|薪|年)|载)"
)
_SPOKEN = {"大半年": 9, "小半年": 5, "一年半载": 12, "半年一年": 12, "年把": 12}
_LATER = r"(?P<later>\s*(?:之后|以后|后)(?=就?(?:要|得|必须|交|上线|验收|投产|完成|用上)))?"


def _length(found: re.Match[str], today: date) -> Found:
    """A length of time from today: the longer end of a range counts."""
    months, days = 0, 0
    unit, half = found["unit"], bool(found["half"] or found["mid"])
    count = _count(found)
    if unit in ("年", "载", "周年"):
        months = round((count + (0.5 if half else 0)) * 12)
    elif unit in ("月", "个月", "月份", "个月份"):
        months, days = int(count), 15 if half or count % 1 else 0
    elif unit in ("季度", "个季度"):
        months = round((count + (0.5 if half else 0)) * 3)
    elif unit in ("周", "礼拜", "星期", "个礼拜", "个星期"):
        days = round((count + (0.5 if half else 0)) * 7)
    elif "工作日" in unit:
        return _working_days(today, int(count)), True
    else:
        days = round(count)
    limit = bool(found["within"] or found["later"])
    return add_months(today, months) + timedelta(days=days), limit


def _count(found: re.Match[str]) -> float:
    number = found["to"] or found["number"]
    if number in ("几", "好几", "数"):
        raise ValueError(number)
    if number in ("个把", "把"):
        return 1.0
    value = read(number)
    if value is None:
        raise ValueError(number)
    return value[1]


def _working_days(day: date, count: int) -> date:
    """Weekends skipped; statutory holidays are the calendar service's business."""
    if count > 2000:
        raise ValueError(count)
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _spoken(found: re.Match[str], today: date) -> Found:
    return add_months(today, _SPOKEN[found[1]]), bool(found["within"])


READERS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(rf"(?<![多好])(一年半载|半年一年|大半年|小半年|年把){_WITHIN}"), _spoken),
    (re.compile(
        rf"(?<![\d.第])(?!20\d\d年)(?P<number>{NUMBER}|个把|把)\s*(?:来|多)?\s*(?:(?:个?(?:月|年|天|"
        rf"周))?\s*(?:-|~|到|"
        rf"至)\s*(?P<to>{NUMBER}))?\s*(?:来)?(?P<mid>个?半)?(?P<unit>{_UNIT})(?:的?(?P<half>半(?![年个天]))|"
        rf")?{_WITHIN}{_LATER}"
    ), _length),
]  # fmt: skip
