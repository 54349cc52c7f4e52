"""When a liaison is there: working hours as people write them, and the next day on which somebody can act."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.core.calendar import CHENGDU, is_working_day

WEEK = {name: place for place, name in enumerate("一二三四五六日")} | {"天": 6}
AHEAD = 60
"""Days that are looked at."""
_DAY = "(?:周|星期|礼拜)?([一二三四五六日天])"
_RANGE = re.compile(f"(?:周|星期|礼拜)([一二三四五六日天])(?:至|到|[-–—~～]){_DAY}")
_LIST = re.compile(f"(?:周|星期|礼拜)[一二三四五六日天](?:[、,，和及]{_DAY})*")
_CLOCK = r"(\d{1,2})(?:[:：点时](半|\d{1,2})?分?)?"
_SPAN = re.compile(f"{_CLOCK}(?:至|到|[-–—~～]){_CLOCK}")
_PARTS = {"上午": (time(9), time(12)), "下午": (time(13, 30), time(18)), "晚上": (time(18), time(22))}
_WORKING, _FREE = ("工作日", "上班时间"), ("周末", "休息日", "双休日", "节假日")


@dataclass(frozen=True)
class Hours:
    """Weekly hours; empty `days` means every day, empty `spans` the whole day."""

    days: frozenset[int] = frozenset()
    """0 is Monday. Monday to Friday do not count on a statutory holiday."""
    working_days: bool = False
    free_days: bool = False
    spans: tuple[tuple[time, time], ...] = ()

    def on(self, day: date) -> bool:
        if not (self.days or self.working_days or self.free_days):
            return True
        working = is_working_day(day)
        named = day.weekday() in self.days and (working or day.weekday() > 4)
        return named or (self.working_days and working) or (self.free_days and not working)

    def left(self, day: date, moment: datetime) -> bool:
        """Whether some of the hours of `day` lie at or after `moment` (Chengdu)."""
        if day > moment.date() or not self.spans:
            return self.on(day)
        return self.on(day) and any(moment.time() < end for _, end in self.spans)


@lru_cache(maxsize=1024)
def hours_of(text: str | None) -> Hours:
    """工作日 9:00–17:30; 周一至周五 上午; 周一、周三 14点到18点. What cannot be read does not narrow."""
    bare = re.sub(r"\s+", "", text or "")
    spans = [(_clock(*found[:2]), _clock(*found[2:])) for found in _SPAN.findall(_RANGE.sub("", bare))]
    read = [(start, end) for start, end in spans if start and end and start < end]
    read += [part for word, part in _PARTS.items() if word in bare and not read]
    return Hours(
        frozenset(_weekdays(bare)),
        any(word in bare for word in _WORKING),
        any(word in bare for word in _FREE),
        tuple(read),
    )


def next_day(hours: str | None, moment: datetime, absent: Callable[[date], bool]) -> date | None:
    """The first day from `moment` on when somebody with these hours is there; None when not within AHEAD days."""
    here, found = moment.astimezone(CHENGDU), hours_of(hours)
    days = (here.date() + timedelta(days=offset) for offset in range(AHEAD))
    return next((day for day in days if not absent(day) and found.left(day, here)), None)


def _weekdays(text: str) -> set[int]:
    days: set[int] = set()
    for start, end in _RANGE.findall(text):
        first, last = WEEK[start], WEEK[end]
        days.update(range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1)))
    for found in _LIST.finditer(_RANGE.sub("", text)):
        days.update(WEEK[name] for name in found.group() if name in WEEK)
    return days


def _clock(hour: str, minute: str) -> time | None:
    minutes = 30 if minute == "半" else int(minute or 0)
    if int(hour) == 24 and not minutes:
        return time.max
    return time(int(hour), minutes) if int(hour) < 24 and minutes < 60 else None
