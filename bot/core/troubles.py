"""What enterprises say when something is wrong, by technical topic: from their words to those of the trade."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.core import taxonomy

FOLDER = taxonomy.DATA / "troubles"


@dataclass(frozen=True)
class Trouble:
    """One topic; written for 助力通."""

    topic: str
    field: str
    """Code of the hightech table."""
    own: str | None
    """A field of the form beside it."""
    division: str
    """GB/T 4754, two digits."""
    discipline: str
    """GB/T 13745, three digits."""
    terms: tuple[str, ...]
    """Of the trade."""
    says: tuple[str, ...]
    """Sentences as people write them, mostly without any of the terms."""


@cache
def troubles() -> tuple[Trouble, ...]:
    """All topics, in the order of the files and their lines."""
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(_trouble(json.loads(line)) for line in lines if line)


def _trouble(row: dict[str, Any]) -> Trouble:
    return Trouble(
        row["topic"],
        row["field"],
        row.get("own"),
        row["division"],
        row["discipline"],
        tuple(row["terms"]),
        tuple(dict.fromkeys(row["says"])),
    )
