"""Days in Chengdu as moments in UTC."""

from datetime import UTC, date, datetime, time, timedelta

from bot.core.calendar import CHENGDU

EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
"""Days beyond them stand for them."""


def start_of(day: date) -> datetime:
    """The first moment of a day in Chengdu."""
    within = min(max(day, EARLIEST), LATEST)
    return datetime.combine(within, time.min, CHENGDU).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day in Chengdu."""
    return start_of(min(day, LATEST) + timedelta(days=1))
