"""Working hours as people write them."""

from datetime import UTC, date, datetime, time

import pytest

from bot.core.calendar import CHENGDU
from bot.core.duty import Hours, hours_of, next_day

NINE_TO_FIVE = ((time(9), time(17, 30)),)


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHENGDU).astimezone(UTC)


def there(_: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        (None, Hours()),
        ("随时", Hours()),
        ("24小时", Hours()),
        ("工作日 9:00–17:30", Hours(working_days=True, spans=NINE_TO_FIVE)),
        ("工作日9点到17点半", Hours(working_days=True, spans=NINE_TO_FIVE)),
        ("周一至周五 9：00-17：30", Hours(frozenset(range(5)), spans=NINE_TO_FIVE)),
        ("周一、三、五 上午", Hours(frozenset({0, 2, 4}), spans=((time(9), time(12)),))),
        ("星期二和星期四 14:00~18:00", Hours(frozenset({1, 3}), spans=((time(14), time(18)),))),
        ("周六到周一", Hours(frozenset({5, 6, 0}))),
        ("周末 0:00-24:00", Hours(free_days=True, spans=((time(0), time.max),))),
        (
            "工作日 9:00-12:00、13:30-17:30",
            Hours(working_days=True, spans=((time(9), time(12)), (time(13, 30), time(17, 30)))),
        ),
        ("17:00-9:00", Hours()),
        ("99:99-100:00", Hours()),
    ],
)
def test_hours_are_read_from_what_people_write(text: str | None, hours: Hours) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    ("hours", "moment", "day"),
    [
        ("工作日 9:00–17:30", at(20, 12), date(2026, 11, 20)),
        ("工作日 9:00–17:30", at(20, 18), date(2026, 11, 23)),
        ("工作日 9:00–17:30", at(21, 9), date(2026, 11, 23)),
        ("周三 9:00–17:30", at(20, 12), date(2026, 11, 25)),
        ("周一至周五", at(1, 9, month=10), date(2026, 10, 8)),
        ("周末", at(1, 9, month=10), date(2026, 10, 1)),
        (None, at(21, 23), date(2026, 11, 21)),
    ],
)
def test_the_next_day_follows_hours_weekends_and_holidays(hours: str | None, moment: datetime, day: date) -> None:
    assert next_day(hours, moment, there) == day


def test_days_of_absence_are_passed_over() -> None:
    assert next_day(None, at(20, 12), lambda day: day < date(2026, 11, 24)) == date(2026, 11, 24)


def test_a_long_absence_has_no_next_day() -> None:
    assert next_day(None, at(20, 12), lambda _: True) is None
