"""Agreements of stations that have ended, or are about to."""

import json
from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.core import taxonomy


@cache
def settings() -> dict[str, Any]:
    """How long before its end an agreement is told of, and in which words (data/directory.json)."""
    found: dict[str, Any] = json.loads((taxonomy.DATA / "directory.json").read_text(encoding="utf-8"))
    return found


def told_until(today: date) -> date:
    """The last end of an agreement that is told of today."""
    return today + timedelta(days=int(settings()["agreement_ends_within_days"]))


def not_watched() -> list[str]:
    """Statuses of stations whose agreement matters to nobody any more."""
    return list(settings()["agreement_not_watched"])


def standing(end: date | None, status: str, today: date) -> str | None:
    """`over` from the day after the end on, as routing has it; `ending` when it is near; else None."""
    if end is None or status in not_watched() or end > told_until(today):
        return None
    return "over" if end < today else "ending"


def words(end: date | None, status: str, today: date) -> str:
    """What staff read on it; empty when there is nothing to tell."""
    found = standing(end, status, today)
    return str(settings()["agreement_words"][found]).format(day=end) if found else ""
