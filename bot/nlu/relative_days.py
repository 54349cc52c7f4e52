"""Dates named from today: 下个月15号, 年底, 春节前, 二季度, 下周五, 明年开春."""

import re
from datetime import date, timedelta

from bot.nlu import festivals
from bot.nlu.calendar_days import PART
from bot.nlu.days import BEFORE, YEAR, Found, Reader, add_months, last_of, month_end, number_of, year_of

_FESTIVAL = "|".join(festivals.NAMES)
_WEEKDAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6} | {
    str(n): n - 1 for n in range(1, 8)
}
_WHICH = {"这": 0, "本": 0, "当": 0, "": 0, "下": 1, "下一": 1, "下下": 2}
_PARTS_OF_YEAR = {
    "上半年": (6, 30),
    "年中": (6, 30),
    "中": (6, 30),
    "下半年": (12, 31),
    "年底": (12, 31),
    "年末": (12, 31),
    "底": (12, 31),
    "末": (12, 31),
    "岁末": (12, 31),
    "年尾": (12, 31),
    "尾": (12, 31),
    "年内": (12, 31),
    "之内": (12, 31),
    "以内": (12, 31),
    "内": (12, 31),
    "全年": (12, 31),
    "年初": (1, 31),
    "初": (1, 31),
    "开年": (1, 31),
    "开春": (3, 31),
    "暑假": (8, 31),
}
_SEASON_STARTS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
"""A season is three months; its last day counts."""


def _relative_month(found: re.Match[str], today: date) -> Found:
    target = add_months(today.replace(day=1), _WHICH[found["which"]])
    if found.groupdict().get("day"):
        return target.replace(day=number_of(found["day"])), bool(found["before"])
    before = bool(found["before"])
    return month_end(target.year, target.month, found["part"] or "", before), before or bool(found["within"])


def _end_of_month(found: re.Match[str], today: date) -> Found:
    return last_of(today.year, today.month), bool(found["before"])


def _part_of_year(found: re.Match[str], today: date) -> Found | None:
    year = year_of(found, today)
    part, before = found["yearpart"], bool(found.groupdict().get("before"))
    implied = year is None
    year = today.year if year is None else year
    day = date(year, *_PARTS_OF_YEAR[part])
    if implied and day < today:
        day = date(year + 1, *_PARTS_OF_YEAR[part])
    if before and part in ("开年", "初", "年初"):
        return date(day.year, 1, 1) - timedelta(days=1), True
    return day, before or part.endswith("内")


def _season(found: re.Match[str], today: date) -> Found:
    year, first = year_of(found, today), _SEASON_STARTS[found["season"]]
    implied = year is None
    year = today.year if year is None else year
    if found["before"] or found["enter"]:
        day = date(year, first, 1) - timedelta(days=1)
        return (date(year + 1, first, 1) - timedelta(days=1) if implied and day < today else day), True
    end = add_months(date(year, first, 1), 3) - timedelta(days=1)
    return (add_months(date(year + 1, first, 1), 3) - timedelta(days=1) if implied and end < today else end), False


def _quarter(found: re.Match[str], today: date) -> Found:
    word = found["quarter"]
    if word[0] in "本这下":
        index = (today.month - 1) // 3 + (1 if word[0] == "下" else 0)
        return last_of(today.year + index // 4, (index % 4) * 3 + 3), bool(found["before"])
    number = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1, "末": 4}.get(word[0]) or int(word[0])
    year = year_of(found, today)
    if year is None:
        year = today.year if last_of(today.year, number * 3) >= today else today.year + 1
    return last_of(year, number * 3), bool(found["before"])


def _festival(found: re.Match[str], today: date) -> Found | None:
    name, year = found["festival"], year_of(found, today)
    day = festivals.day_in(name, year if year is not None else today.year)
    if day is None:
        return None
    if year is None and day < today:
        day = festivals.day_in(name, today.year + 1)
    if day and found["before"]:
        return day - timedelta(days=1), True
    if day and found["after"]:
        return day + timedelta(days=15), True
    return day, False


def _new_year(today: date) -> date | None:
    coming = (festivals.day_in("春节", year) for year in (today.year, today.year + 1))
    return next((day for day in coming if day and day > today), None)


def _before_new_year(found: re.Match[str], today: date) -> Found | None:
    day = _new_year(today)
    return (day - timedelta(days=1), True) if day else None


def _after_new_year(found: re.Match[str], today: date) -> Found | None:
    """年后, 正月里: by the fifteenth day of the new year, or the end of its first month."""
    day = _new_year(today)
    return (day + timedelta(days=29 if "正月" in found[0] else 14), False) if day else None


def _week(found: re.Match[str], today: date) -> Found:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WHICH[found["which"] or ""])
    weekday = _WEEKDAY[found["weekday"]] if found["weekday"] else 6
    day = monday + timedelta(days=weekday)
    return (day + timedelta(weeks=1) if not found["which"] and day < today else day), bool(found["before"])


def _near(found: re.Match[str], today: date) -> Found:
    return today + timedelta(days={"今天": 0, "明天": 1, "后天": 2, "大后天": 3}[found["near"]]), bool(found["before"])


def _bare_year(found: re.Match[str], today: date) -> Found | None:
    year = year_of(found, today)
    if year is None:
        return None
    return (date(year - 1, 12, 31), True) if found["before"] else (date(year, 12, 31), False)


_NO_YEAR = r"(?<![\d今明来后去前全每几半一两二三四五六七八九十多])"
_THIS_MONTH = r"(?P<which>下下|下一?|这|本|当)个?月"
READERS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(
        rf"{_THIS_MONTH}\s*(?P<day>[12]?\d|3[01]|[一二三]?十[一二三四五六七八九]?|"
        rf"[一二三四五六七八九])\s*[日号]{BEFORE}"
    ), _relative_month),
    (re.compile(rf"{_THIS_MONTH}份?\s*{PART}?{BEFORE}(?P<within>\s*(?:之内|以内|内))?"), _relative_month),
    (re.compile(rf"(?P<which>这|本|当)?(?:个)?(?<![腊正])(?P<part>月[底末尾]){BEFORE}"), _end_of_month),
    (re.compile(
        rf"(?:{YEAR}\s*)?(?:第)?(?P<quarter>[一二三四1234首末本这下](?=个?季[度末底前内])|"
        rf"(?<=(?<![a-z])q)[1-4])(?:个?季度?)?{BEFORE}"
    ), _quarter),
    (re.compile(
        rf"(?:{YEAR}\s*)(?P<yearpart>年?底|年?末|年?尾|上半年|下半年|年?中(?!旬|秋)|年?内|之内|以内|年?初|开年|开春|"
        rf"全年|暑假){BEFORE}"
    ), _part_of_year),
    (re.compile(
        rf"(?:{YEAR}\s*(?:的)?)?(?P<festival>{_FESTIVAL})(?:节|假期|长假)?(?:(?P<after>\s*(?:之后|"
        rf"以后|后))|{BEFORE})(?!\s*[月个万块元年天])"
    ), _festival),
    (re.compile(
        rf"(?:{YEAR}\s*(?:的)?)?(?P<enter>入)?(?P<season>[春夏秋冬])[天季](?:来)?{BEFORE}"
    ), _season),
    (re.compile(rf"(?P<enter>入)(?P<season>[春夏秋冬]){BEFORE}(?P<year>$^)?"), _season),
    (re.compile(rf"{_NO_YEAR}(?:过?年前(?!产)|年关)|腊月[底末]?"), _before_new_year),
    (re.compile(rf"{_NO_YEAR}(?:过?完?年后|过完年|过了年|开年后)|正月[里底末]?"), _after_new_year),
    (re.compile(
        rf"(?<!\d)(?P<yearpart>(?<![数几多])年[底末尾]|岁末|上半年|下半年|"
        rf"(?<![数几多半一两二三四五六七八九十])年[中内](?!旬|秋)|年初|开年|开春){BEFORE}"
    ), _part_of_year),
    (re.compile(
        rf"(?P<which>下下|这|本|下)?个?(?:周|礼拜|星期)(?P<weekday>[一二三四五六日天末1-7]){BEFORE}"
    ), _week),
    (re.compile(rf"(?P<which>下下|这|本|下)个?(?:周|礼拜|星期)(?P<weekday>$^)?(?:之?内)?{BEFORE}"), _week),
    (re.compile(rf"(?<!\d)(?P<near>大后天|后天|明天|今天)(?:就|要)?{BEFORE}"), _near),
]  # fmt: skip
LAST_READERS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(rf"{YEAR}{BEFORE}(?!\s*(?:\d|[一二三四五六七八九十]))"), _bare_year),
]
"""Tried after the lengths of time: a year alone."""
