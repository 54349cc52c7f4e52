"""Answers for people who ask who would get a text, and why (not) a certain station."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.core.assignment import alike
from bot.core.explaining import lacks
from bot.core.ranking import Ranked, reasons
from bot.core.routing import Barred, Candidate, FieldGuess, Routed, RouteQuery, bars, rules


@dataclass(frozen=True)
class Explanation:
    """Why a station came up for a demand, or did not."""

    station_id: str
    rank: int | None
    """1 is the best; None when it is not on the short list."""
    candidate: Candidate | None
    barred: Barred | None
    """The hard rules that keep it out."""
    known: bool = False
    """It is in the directory, and there is a text to compare it with."""
    name: str = ""
    place: int | None = None
    """Among all that may take the demand, and itself; also of a station that is barred."""
    among: int = 0
    """How many were compared."""
    reasons: list[str] = field(default_factory=list)
    """What speaks for it."""
    lacks: list[str] = field(default_factory=list)
    """What speaks for the first instead."""
    first: str = ""


@dataclass(frozen=True)
class Preview:
    """Who would get a text."""

    routed: Routed
    in_turn: list[str]
    """Names of the stations that fit as well as the first and take turns with it; empty when there is but one."""
    barred: list[Barred]
    """Stations that would have come up but for a hard rule, best first."""


def explanation(
    station_id: str, routed: Routed, ranked: Sequence[Ranked], query: RouteQuery, guess: FieldGuess, today: date
) -> Explanation:
    """`ranked`: everything that was looked at, the station in question among it."""
    listed = next((i for i, one in enumerate(routed.stations) if one.station_id == station_id), None)
    candidate = None if listed is None else routed.stations[listed]
    rank = None if listed is None else listed + 1
    own = next((one for one in ranked if _id(one) == station_id), None)
    if own is None:
        return Explanation(station_id, rank, candidate, None)
    standing = own.evidence.standing
    found = bars(standing, query, today)
    free = [one for one in ranked if one is own or not bars(one.evidence.standing, query, today)]
    first = next((one for one in free if one is not own), own)
    return Explanation(
        station_id,
        rank,
        candidate,
        Barred(station_id, standing.station.name, found) if found else None,
        True,
        standing.station.name,
        rank or free.index(own) + 1,
        len(free),
        reasons(own.evidence, query, guess),
        lacks(own, first, query, guess) if free[0] is not own else [],
        free[0].evidence.standing.station.name,
    )


def preview(routed: Routed, ranked: Sequence[Ranked], query: RouteQuery, today: date) -> Preview:
    """`ranked`: everything that was looked at, best first."""
    pool = [*routed.stations, *routed.equals]
    equals = alike(pool)[0] if pool and routed.decision == "auto" else []
    barred: list[Barred] = []
    free = 0
    for one in ranked:
        found = bars(one.evidence.standing, query, today)
        free += not found
        if found:
            barred.append(Barred(_id(one), one.evidence.standing.station.name, found))
        if free + len(barred) >= 2 * rules()["shown"]:
            break
    names = [one.name for one in equals] if len(equals) > 1 else []
    return Preview(routed, names, barred[: rules()["shown"]])


def _id(one: Ranked) -> str:
    return one.evidence.standing.station.station_id
