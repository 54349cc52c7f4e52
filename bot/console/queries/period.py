"""Days in Chengdu as moments in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHENGDU = ZoneInfo("Asia/Shanghai")


def start_of(day: date) -> datetime:
    """The first moment of a day in Chengdu."""
    return datetime.combine(day, time.min, CHENGDU).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day in Chengdu."""
    return start_of(day + timedelta(days=1)) if day < date.max - timedelta(days=1) else start_of(day)
