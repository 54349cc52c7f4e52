"""Which agreements staff are told of."""

from datetime import date, timedelta

import pytest

from bot.core import agreement
from bot.core.station import STATUSES

TODAY = date(2026, 11, 20)
NEAR = agreement.settings()["agreement_ends_within_days"]


@pytest.mark.parametrize(
    ("days", "standing"),
    [(-400, "over"), (-1, "over"), (0, "ending"), (1, "ending"), (NEAR, "ending"), (NEAR + 1, None), (4000, None)],
)
def test_an_agreement_is_good_on_its_last_day_and_told_of_before(days: int, standing: str | None) -> None:
    end = TODAY + timedelta(days=days)
    assert agreement.standing(end, "运行", TODAY) == standing
    assert (end <= agreement.told_until(TODAY)) is (standing is not None)
    assert bool(agreement.words(end, "运行", TODAY)) is (standing is not None)


def test_without_an_end_there_is_nothing_to_tell() -> None:
    assert agreement.standing(None, "运行", TODAY) is None
    assert agreement.words(None, "运行", TODAY) == ""


def test_a_withdrawn_station_is_not_watched_but_every_other_is() -> None:
    told = {status for status in STATUSES if agreement.standing(TODAY, status, TODAY)}
    assert told == set(STATUSES) - {"撤销"}


def test_the_words_name_the_day() -> None:
    assert agreement.words(date(2026, 11, 19), "运行", TODAY) == "协议已于 2026-11-19 到期"
    assert agreement.words(date(2026, 12, 1), "暂停", TODAY) == "协议 2026-12-01 到期"
