"""Which liaison of a station acts: who is there, and who stands in."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from bot.core import duty
from models import Liaison


def there_by(liaisons: Sequence[Liaison], now: datetime, last: date) -> list[Liaison]:
    """Those who are there from `now` to the end of `last`, the soonest first; on the same day the primary."""
    days = {one.id: duty.next_day(one.hours, now, partial(is_absent, one)) for one in liaisons if one.active}
    there = [(day, one) for one in in_order(liaisons) if (day := days[one.id]) is not None and day <= last]
    return [one for _, one in sorted(there, key=lambda pair: pair[0])]


def on_duty(liaisons: Sequence[Liaison], day: date) -> Liaison | None:
    """The primary liaison; a backup when the primary is away; the primary all the same when everybody is."""
    active = in_order(liaisons)
    return next((one for one in active if not is_absent(one, day)), active[0] if active else None)


def in_order(liaisons: Sequence[Liaison]) -> list[Liaison]:
    """Those in office, the primary first."""
    return sorted((one for one in liaisons if one.active), key=lambda one: (one.role != "primary", one.id))


def is_absent(liaison: Liaison, day: date) -> bool:
    """A day of absence without an end lasts."""
    start, end = liaison.absent_from, liaison.absent_until
    if start is None and end is None:
        return False
    return (start is None or start <= day) and (end is None or day <= end)
