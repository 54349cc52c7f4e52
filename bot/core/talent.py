"""Experts and results of the societies, and which of them to propose for a demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.assignment import settings
from bot.core.ranking import Evidence, Ranked, agrees
from bot.core.routing import FieldGuess
from bot.core.station import StationRecord


class Kind(StrEnum):
    EXPERT = "expert"
    RESULT = "result"

    @property
    def label(self) -> str:
        return {"expert": "专家", "result": "成果"}[self.value]

    @property
    def base_name(self) -> str:
        """Of the whole collection."""
        return {"expert": "人才库", "result": "成果库"}[self.value]


@dataclass(frozen=True)
class TalentRecord:
    """One row of 人才库 or 成果库."""

    kind: Kind
    code: str
    name: str
    grade: str | None = None
    """Of an expert the professional title, of a result its stage."""
    unit: str | None = None
    society: str | None = None
    """By name."""
    fields: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    summary: str | None = None
    active: bool = True
    demo: bool = False

    def as_station(self) -> StationRecord:
        """So that it is encoded and ranked like a station."""
        own = (self.name,) if self.kind is Kind.RESULT else ()
        return StationRecord(
            self.code,
            self.name,
            society={"name": self.society} if self.society else {},
            disciplines=self.disciplines,
            hightech_fields=self.fields,
            services=tuple(dict.fromkeys((*self.topics, *own))),
        )


@dataclass(frozen=True)
class Proposal:
    """An expert or result that may help with a demand."""

    code: str
    name: str
    grade: str | None
    unit: str | None
    society: str | None
    reasons: list[str]
    demo: bool = False
    topics: tuple[str, ...] = ()
    """What of it meets the demand, nearest first."""


def chosen(ranked: Sequence[Ranked], guess: FieldGuess, society: str | None) -> list[tuple[Ranked, list[str]]]:
    """The few that are near enough, best first, those of the station's own society a little before their equals."""
    weights = settings()["talent"]
    nearest = max((one.evidence.meaning for one in ranked), default=0.0)
    least = max(weights["near_enough"], nearest - weights["behind_most"])
    near = [one for one in ranked if one.evidence.meaning >= least or one.evidence.exact]
    near.sort(key=lambda one: -(one.score + weights["own_society"] * _of(one.evidence, society)))
    return [(one, _reasons(one.evidence, guess, society)) for one in near[: weights["shown"]]]


def sure(near: Sequence[tuple[Ranked, list[str]]], guess: FieldGuess) -> list[tuple[Ranked, list[str]]]:
    """Of the chosen those good enough to be named without being asked: near, and of the demand's field or named in it.

    Of 84 demands of all trades against the sample base 32 get a name by this, one of them one from another trade;
    what is chosen for a page, where a person looks anyway, is there for 78.
    """
    weights = settings()["talent"]["in_message"]
    backed = [one for one in near if one[0].evidence.exact or agrees(one[0].evidence.standing, guess)]
    least = max([weights["near_enough"], *(one.score - weights["behind_most"] for one, _ in backed)])
    return [one for one in backed if one[0].score >= least][: weights["shown"]]


def topics_met(evidence: Evidence) -> tuple[str, ...]:
    """What of the entry meets the demand: what it names first, then what is near; never the entry's own name."""
    own = evidence.standing.station.name
    return tuple(one for one in dict.fromkeys((*evidence.exact, *evidence.near_topics)) if one != own)


def _of(evidence: Evidence, society: str | None) -> bool:
    return bool(society) and evidence.standing.station.society.get("name") == society


def _reasons(evidence: Evidence, guess: FieldGuess, society: str | None) -> list[str]:
    """What a person can check, strongest first."""
    texts: dict[str, str] = settings()["talent"]["reasons"]
    own = evidence.standing.station.name
    exact = [term for term in evidence.exact if term != own]
    near = [topic for topic in evidence.near_topics if topic not in exact and topic != own]
    found = [texts["exact"].format(topics="、".join(exact[:3]))] if exact else []
    found += [texts["near"].format(topics="、".join(near[:2]))] if near else []
    found += [texts["field"].format(field=guess.name)] if agrees(evidence.standing, guess) else []
    found += [texts["society"]] if _of(evidence, society) else []
    return found
