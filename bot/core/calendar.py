"""Working days of the Chinese calendar: weekends, statutory holidays and 调休 working days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

CHENGDU = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(18, 0)


def is_working_day(day: date) -> bool:
    """By the State Council's yearly plan; in years without one yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; before it when `count` is negative."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    return sum(is_working_day(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))


def due_at(moment: datetime, days: int) -> datetime:
    """End of the `days`-th working day after `moment` in Chengdu, as UTC."""
    day = add_working_days(moment.astimezone(CHENGDU).date(), days)
    return datetime.combine(day, END_OF_DAY, CHENGDU).astimezone(UTC)


def chengdu_date(moment: datetime) -> date:
    return moment.astimezone(CHENGDU).date()


def start_of_day(moment: datetime) -> datetime:
    """Midnight in Chengdu at the beginning of the day of `moment`, as UTC."""
    return datetime.combine(chengdu_date(moment), time.min, CHENGDU).astimezone(UTC)
