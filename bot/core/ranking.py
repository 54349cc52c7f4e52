"""From closeness to an ordered short list: scores, certainty and the reasons that made them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from bot.core import assignment
from bot.core.routing import FieldGuess, RouteQuery, Standing, rules
from bot.core.societies import SocietyProfile

LONGEST_TERM = 30
"""Characters of a topic that is looked for word for word."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for one station."""

    standing: Standing
    meaning: float
    """Closeness in standard deviations above that of unrelated subjects."""
    near_topics: tuple[str, ...] = ()
    """Topics of the station nearest to the demand, nearest first."""
    exact: tuple[str, ...] = ()
    """Topics of the station that stand in the demand word for word."""
    trade: float = 0.0
    """Share (0–1) of the terms of the demand's likely topics that stand in the station's words."""
    named: bool = False
    """The demand names the station or its society."""
    profile: SocietyProfile | None = None
    """What its society covers, where the station itself says next to nothing."""


@dataclass(frozen=True)
class Ranked:
    """A station with its score (order) and certainty (0–1)."""

    evidence: Evidence
    score: float
    certainty: float = 0.0
    reasons: list[str] = field(default_factory=list)

    @property
    def fit(self) -> float:
        """The score without the station's load."""
        return self.score - float(rules()["load"]) * _load(self.evidence.standing)


def phrases(words: Sequence[str]) -> frozenset[str]:
    """Runs of neighbouring words up to LONGEST_TERM characters, in lower case: 防腐 is none of 防腐剂."""
    text, edges = "".join(words).lower(), list(accumulate(map(len, words), initial=0))
    found: set[str] = set()
    for place, start in enumerate(edges):
        for end in edges[place + 1 :]:
            if end - start > LONGEST_TERM:
                break
            found.add(text[start:end])
    return frozenset(found)


def exact_terms(topics: Sequence[str], held: frozenset[str]) -> tuple[str, ...]:
    """Topics of two characters or more that the text holds word for word, longest first, none inside another.

    `held` are the `phrases` of the text.
    """
    found = sorted((one for one in topics if len(one) > 1 and one.lower() in held), key=len)[::-1]
    kept: list[str] = []
    for topic in found:
        if not any(topic in other for other in kept):
            kept.append(topic)
    return tuple(kept)


def names_station(text: str, standing: Standing) -> bool:
    """The text holds the name of the station or of its society."""
    station = standing.station
    names = (station.name, station.name.removeprefix("示例·"), station.society.get("name", ""))
    return any(len(name) > 3 and name in text for name in names)


def rank(
    evidence: Sequence[Evidence], rivals: Sequence[Evidence], query: RouteQuery, guess: FieldGuess
) -> list[Ranked]:
    """The stations that may take the demand, best first; equals by load, then by id.

    The short list, and behind it the others that fit as well as its first (bot.core.assignment).
    `rivals` may not take it, but would they fit better, the certainty of the others is lower.
    """
    scored = ordered(evidence, query, guess)
    against = sorted(scored + [Ranked(one, _score(one, query, guess)) for one in rivals], key=lambda one: -one.score)
    shown = scored[: rules()["shown"]]
    shown += [one for one in scored[len(shown) :] if abs(one.fit - scored[0].fit) <= assignment.settings()["equal_fit"]]
    shown = shown[: assignment.settings()["equals_most"]]
    return [
        Ranked(one.evidence, one.score, _certainty(one, against), reasons(one.evidence, query, guess)) for one in shown
    ]


def ordered(evidence: Sequence[Evidence], query: RouteQuery, guess: FieldGuess) -> list[Ranked]:
    """All of them, best first, without certainty and reasons."""
    return sorted(
        (Ranked(one, _score(one, query, guess)) for one in evidence),
        key=lambda one: (-round(one.score, 6), _load(one.evidence.standing), one.evidence.standing.station.station_id),
    )


def _score(one: Evidence, query: RouteQuery, guess: FieldGuess) -> float:
    weights, station = rules(), one.standing.station
    score = one.meaning
    score += min(weights["exact_term"] * len(one.exact), weights["exact_terms_most"])
    score += weights["trade_terms"] * one.trade
    score += weights["named_station"] * one.named
    score += weights["chosen"] * (query.chosen == station.station_id)
    score += weights["field_agreement"] * agrees(one.standing, guess, one.profile)
    score += weights["society"]["reach"][one.profile.reach] if one.profile else 0.0
    score += weights["home_district"] * (query.place is not None and station.district == query.place)
    score += float(weights["level"].get(station.level, 0)) + float(weights["grade"].get(station.grade(), 0))
    return float(score + weights["load"] * _load(one.standing))


def _certainty(one: Ranked, against: Sequence[Ranked]) -> float:
    """Chance that this is the right station, from how well it fits and how far it leads the best unlike one.

    `against` are all stations, highest score first.
    """
    weights = rules()["certainty"]
    others = (other.score for other in against if other.evidence is not one.evidence and not alike(one, other))
    lead = one.score - next(others, one.score)
    linear = weights["meaning"] * one.score + weights["lead"] * min(lead, weights["lead_most"]) + weights["bias"]
    certainty = 1 / (1 + math.exp(-max(-30.0, min(30.0, linear))))
    thin = rules()["thin_profile"]
    if one.evidence.profile:
        certainty = min(certainty, thin["certainty_by_society"])
    elif len(one.evidence.standing.station.topics) < thin["topics"]:
        certainty = min(certainty, thin["certainty"])
    return round(certainty, 3)


def alike(one: Ranked, other: Ranked) -> bool:
    """Two stations for the same things: they do not make each other less certain, and no question parts them."""
    own, its = one.evidence, other.evidence
    if own.profile or its.profile:
        return own.profile == its.profile
    mine, theirs = set(own.standing.station.topics), set(its.standing.station.topics)
    return bool(len(mine & theirs) >= rules()["alike"] * len(mine | theirs))


def agrees(standing: Standing, guess: FieldGuess, profile: SocietyProfile | None = None) -> bool:
    """The station works in the field that the demand belongs to; `profile` is what its society lends it."""
    codes = standing.station.hightech_fields or (profile.fields if profile else ())
    return guess.code[0] in {code[0] for code in codes}


def _load(standing: Standing) -> float:
    return standing.open_cases / max(standing.station.capacity, 1)


def reasons(one: Evidence, query: RouteQuery, guess: FieldGuess) -> list[str]:
    """What a person can check, strongest first."""
    texts: dict[str, Any] = rules()["reasons"]
    station = one.standing.station
    found = [texts["named"]] if one.named else []
    topics = list(dict.fromkeys((*one.exact, *one.near_topics)))[:3]
    if topics:
        found.append(texts["topics"].format(topics="、".join(topics)))
    if agrees(one.standing, guess, one.profile):
        found.append(texts["field"].format(field=guess.name))
    found += _place_reasons(one.standing, query, texts)
    found.append(texts["load"].format(open=one.standing.open_cases, capacity=station.capacity))
    return found


def _place_reasons(standing: Standing, query: RouteQuery, texts: dict[str, Any]) -> list[str]:
    station, place = standing.station, query.place
    if place is None:
        return []
    if station.district == place:
        return [texts["home"].format(district=place)]
    return [texts["serves"].format(district=place)] if place in station.served_districts else [texts["everywhere"]]
