"""Where a demand may go: the query, the answer, and the hard rules (product design, "Where a demand goes")."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal

from bot.core import taxonomy
from bot.core.courtesy import matter
from bot.core.station import RUNNING, StationRecord

Decision = Literal["auto", "review"]


@dataclass(frozen=True)
class RouteQuery:
    """A demand that looks for a station; `exclude` holds station ids, `chosen` the answer to a Question."""

    text: str
    title: str | None = None
    category: str | None = None
    district: str | None = None
    exclude: frozenset[str] = frozenset()
    chosen: str | None = None

    @cached_property
    def whole(self) -> str:
        """Title and what the text says of the matter, each once."""
        title, text = (self.title or "").strip(), matter(self.text.strip())
        return text if title in text else "。".join(part for part in (title, text) if part)

    @cached_property
    def place(self) -> str | None:
        """The district by its full name; None when it is not known or not in Chengdu."""
        return taxonomy.district_name(self.district)

    @property
    def outside(self) -> bool:
        """A place is named and it is not one of Chengdu's districts."""
        named = (self.district or "").strip()
        return bool(named) and named not in ("成都", "成都市") and self.place is None


@dataclass(frozen=True)
class Candidate:
    """A station that may take the demand; score 0–1 is the estimated chance that it is the right one."""

    station_id: str
    name: str
    score: float
    reasons: list[str]
    fit: float | None = field(default=None, compare=False)
    """How well it fits, without its load; None where nobody measured it."""


@dataclass(frozen=True)
class FieldGuess:
    """One of the demand's fields with its national code (taxonomy.field_codes)."""

    code: str
    name: str


TOPICS_JOINED = "、"


@dataclass(frozen=True)
class Choice:
    """One answer to a Question: the station it speaks for and what tells it from the others, like 淬火、铸件."""

    station_id: str
    topic: str


@dataclass(frozen=True)
class Question:
    """Would decide between the best stations (bot.core.deciding); the topics are the answers to choose from."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Routed:
    """The short list, best first, and whether it goes out by itself; `reason` says why not."""

    stations: list[Candidate]
    field: FieldGuess
    decision: Decision
    reason: str | None = None
    equals: Sequence[Candidate] = ()
    """Stations beyond the short list that fit as well as its first."""
    waiting: Sequence[Candidate] = ()
    """Stations that would fit better or alone, and are only full."""
    question: Question | None = None
    """Offered only when the decision is for staff because two stations are close."""


@dataclass(frozen=True)
class Bar:
    """A hard rule that keeps a station out."""

    code: str
    text: str


@dataclass(frozen=True)
class Standing:
    """A station and what it has on its hands today."""

    station: StationRecord
    open_cases: int = 0


@cache
def rules() -> dict[str, Any]:
    """Weights, thresholds and texts of routing (data/routing.json)."""
    found: dict[str, Any] = json.loads((taxonomy.DATA / "routing.json").read_text(encoding="utf-8"))
    return found


def bars(standing: Standing, query: RouteQuery, today: date) -> list[Bar]:
    """Every hard rule that keeps this station from the demand; none means it may take it."""
    station = standing.station
    found: list[tuple[str, str]] = []
    if station.station_id in query.exclude:
        found.append(("excluded", ""))
    if station.status != RUNNING:
        found.append(("status", station.status))
    found += _agreement(station, today)
    if query.category and station.categories and query.category not in station.categories:
        found.append(("category", query.category))
    if query.place and station.served_districts and query.place not in station.served_districts:
        found.append(("district", query.place))
    found += [("exclude_keyword", word) for word in station.exclude_keywords if word in query.whole][:1]
    if standing.open_cases >= station.capacity:
        found.append(("full", f"{standing.open_cases}/{station.capacity}"))
    return [Bar(code, rules()["bars"][code].format(value=value)) for code, value in found]


def _agreement(station: StationRecord, today: date) -> list[tuple[str, str]]:
    start, end = station.agreement.get("start"), station.agreement.get("end")
    if start and today < date.fromisoformat(start):
        return [("agreement_not_begun", start)]
    if end and today > date.fromisoformat(end):
        return [("agreement_over", end)]
    return []


def untold(query: RouteQuery) -> str | None:
    """Key of `review` when the query itself is a case for staff, before any station is looked at."""
    content = "".join(sign for sign in query.whole if sign.isalnum())
    if not content:
        return "empty"
    if len(content) < rules()["shortest_text"]:
        return "short"
    if len({sign for sign in content if "\u4e00" <= sign <= "\u9fff"}) < rules()["fewest_characters"]:
        return "unlike"
    if query.outside:
        return "outside"
    return "staff_category" if query.category in rules()["staff_categories"] else None


def review_text(key: str, value: str = "") -> str:
    """Why staff must decide, as a sentence for staff."""
    text: str = rules()["review"][key]
    return text.format(value=value)


@dataclass(frozen=True)
class Barred:
    """A station that may not take the demand, with the reasons."""

    station_id: str
    name: str
    bars: list[Bar] = field(default_factory=list)
