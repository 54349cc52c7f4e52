"""Why a station did not come first: what it lacks beside the one that did (words in data/assignment.json)."""

from bot.core.assignment import settings
from bot.core.ranking import Evidence, Ranked, agrees
from bot.core.routing import FieldGuess, RouteQuery

CLEARLY = 0.3
"""Differences below this are not worth a word: in standard deviations of closeness, or in shares of the capacity."""


def lacks(one: Ranked, best: Ranked, query: RouteQuery, guess: FieldGuess) -> list[str]:
    """In words, strongest first; empty when nothing tells them apart."""
    found: list[tuple[str, dict[str, object]]] = []
    own, first = one.evidence, best.evidence
    missing = [term for term in first.exact if term not in own.standing.station.topics]
    if missing:
        found.append(("terms", {"terms": "、".join(missing[:3])}))
    if first.named and not own.named:
        found.append(("named", {}))
    if first.meaning - own.meaning > CLEARLY:
        found.append(("meaning", {"own": f"{own.meaning:.1f}", "first": f"{first.meaning:.1f}"}))
    if agrees(first.standing, guess, first.profile) and not agrees(own.standing, guess, own.profile):
        found.append(("field", {"field": guess.name}))
    if query.place and first.standing.station.district == query.place != own.standing.station.district:
        found.append(("district", {"district": query.place}))
    if _load(own) - _load(first) > CLEARLY:
        found.append(("load", {"open": own.standing.open_cases, "capacity": own.standing.station.capacity}))
    texts: dict[str, str] = settings()["lacks"]
    return [texts[key].format(**values) for key, values in found]


def _load(one: Evidence) -> float:
    return one.standing.open_cases / max(one.standing.station.capacity, 1)
