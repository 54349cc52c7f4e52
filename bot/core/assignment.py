"""Who gets a demand among stations that fit alike, and which of the short list may get it without staff."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from bot.core import taxonomy
from bot.core.routing import Candidate, rules


@dataclass(frozen=True)
class Turn:
    """How much a station has on its hands, and when it got its last demand."""

    open_cases: int
    capacity: int
    last_assigned: int = 0
    """Grows with time over all stations; 0 when it never got one."""

    @property
    def load(self) -> float:
        return self.open_cases / max(self.capacity, 1)


@cache
def settings() -> dict[str, Any]:
    """The margin for "fits alike" and the words for staff (data/assignment.json)."""
    found: dict[str, Any] = json.loads((taxonomy.DATA / "assignment.json").read_text(encoding="utf-8"))
    return found


def words(key: str, **values: Any) -> str:
    """Why a station cannot take a demand, or why staff must decide."""
    text: str = settings()["words"][key]
    return text.format(**values)


def sure(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that may get the demand without staff: as sure as the first, or sure enough by themselves."""
    if not candidates:
        return []
    least = min(candidates[0].score, rules()["automatic_from"])
    first = alike(candidates)[0]
    return [one for one in candidates if one.score >= least or one in first]


def in_turn(candidates: Sequence[Candidate], turns: Mapping[str, Turn], named: str | None = None) -> list[Candidate]:
    """Best fit first; among those that fit alike the one with the lightest load, then the longest wait, then by id.

    `named`: the station that the enterprise was told of and agreed to; it comes before its equals.
    Candidates that `turns` does not know are left out.
    """

    def place(one: Candidate) -> tuple[bool, float, int, str]:
        turn = turns[one.station_id]
        return one.station_id != named, turn.load, turn.last_assigned, one.station_id

    known = [one for one in candidates if one.station_id in turns]
    return list(chain.from_iterable(sorted(group, key=place) for group in alike(known)))


def alike(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The list in groups whose members fit as well as the group's first, within the margin."""
    groups: list[list[Candidate]] = []
    for one in candidates:
        group = next((group for group in groups if _fit_alike(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _fit_alike(one: Candidate, other: Candidate) -> bool:
    if one.fit is None or other.fit is None:
        return one.score == other.score
    return abs(one.fit - other.fit) <= float(settings()["equal_fit"])
