"""Days with names: festivals by table, solar terms by formula."""

import csv
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

FIXED = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "三八": (3, 8),
    "植树节": (3, 12),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "国庆节": (10, 1),
    "十一": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "开学": (9, 1),
    "圣诞": (12, 25),
    "圣诞节": (12, 25),
}
_AFTER_SPRING_FESTIVAL = {
    "春节": 0,
    "过年": 0,
    "新年": 0,
    "大年": 0,
    "除夕": -1,
    "年三十": -1,
    "大年三十": -1,
    "小年": -7,
    "元宵": 14,
    "元宵节": 14,
    "正月十五": 14,
}
_LUNAR = {"端午": "端午", "端午节": "端午", "中秋": "中秋", "中秋节": "中秋"}
_TERMS = {
    "立春": (2, 3.87),
    "雨水": (2, 18.73),
    "惊蛰": (3, 5.63),
    "春分": (3, 20.646),
    "清明": (4, 4.81),
    "谷雨": (4, 20.1),
    "立夏": (5, 5.52),
    "小满": (5, 21.04),
    "芒种": (6, 5.678),
    "夏至": (6, 21.37),
    "小暑": (7, 7.108),
    "大暑": (7, 22.83),
    "立秋": (8, 7.5),
    "处暑": (8, 23.13),
    "白露": (9, 7.646),
    "秋分": (9, 23.042),
    "寒露": (10, 8.318),
    "霜降": (10, 23.438),
    "立冬": (11, 7.438),
    "小雪": (11, 22.36),
    "大雪": (12, 7.18),
    "冬至": (12, 21.94),
    "小寒": (1, 5.4055),
    "大寒": (1, 20.12),
}
"""Month and the constant of the usual formula for the 21st century."""

NAMES = sorted([*FIXED, *_AFTER_SPRING_FESTIVAL, *_LUNAR, *_TERMS, "清明节"], key=len, reverse=True)


def day_in(name: str, year: int) -> date | None:
    """The day of that name in that year of the Gregorian calendar; None where the table ends."""
    if name in FIXED:
        return date(year, *FIXED[name])
    if name in _AFTER_SPRING_FESTIVAL:
        start = _table().get(("春节", year))
        return start + timedelta(days=_AFTER_SPRING_FESTIVAL[name]) if start else None
    if name in _LUNAR:
        return _table().get((_LUNAR[name], year))
    return _solar_term(name.removesuffix("节"), year)


def _solar_term(name: str, year: int) -> date | None:
    if name not in _TERMS or not 2001 <= year <= 2099:
        return None
    month, constant = _TERMS[name]
    count = year % 100
    leaps = (count - 1) // 4 if month <= 2 else count // 4
    return date(year, month, int(count * 0.2422 + constant) - leaps)


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, int], date]:
    text = resources.files("bot.nlu.data").joinpath("calendar.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    days = ((row["festival"], date.fromisoformat(row["date"])) for row in rows)
    return {(name, day.year): day for name, day in days}
