"""One demand against one index: the decision with its short list."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from bot.core.assignment import settings
from bot.core.deciding import deciding_question
from bot.core.needs import split
from bot.core.ranking import Evidence, Ranked, ordered, rank
from bot.core.routing import (
    Bar,
    Candidate,
    FieldGuess,
    Routed,
    RouteQuery,
    Standing,
    bars,
    review_text,
    rules,
    untold,
)
from bot.core.station import StationRecord
from bot.services.background import Background
from bot.services.evidence import Measured, Weigher
from bot.services.need_model import need_chance
from bot.services.station_index import StationIndex, highest_first
from bot.services.vectors import Encoders

OPEN_CASES = Callable[[list[StationRecord]], dict[str, int]]
"""station_id → open cases, of some stations."""


@dataclass
class _Looked:
    """What was found so far while going from the nearest station to the farthest."""

    free: list[int] = field(default_factory=list)
    rivals: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    standings: dict[int, Standing] = field(default_factory=dict)
    barred: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> list[int]:
        """Places that are ranked: free, or rivals of those."""
        return [*self.free, *self.rivals]


class Matcher:
    """Holds nothing but the index; `today` and the open cases come with each demand."""

    def __init__(
        self, index: StationIndex, encoders: Encoders, background: Background, before: "Matcher | None" = None
    ) -> None:
        """`before`: of an earlier state of the same directory."""
        self.index = index
        self._encoders = encoders
        self._weigher: Weigher = Weigher(index, encoders, background, before._weigher if before else None)

    def match(self, query: RouteQuery, today: date, open_cases: OPEN_CASES) -> Routed:
        """The decision; never an exception for anything that a person can write."""
        why = untold(query)
        if why == "empty":
            return Routed([], no_field(), "review", review_text(why))
        measured = self._weigher.measure(query)
        guess = measured.guess
        if not len(self.index):
            return Routed([], guess, "review", review_text("no_stations"))
        looked = self._look(measured, today, open_cases)
        evidence = dict(zip(looked.seen, self._weigher.weigh(measured, looked.seen, looked.standings), strict=True))
        if not looked.free:
            waiting = _waiting(measured, looked, evidence, None)
            return Routed([], guess, "review", review_text("all_barred", _most(looked.barred)), waiting=waiting)
        ranked = _rank(measured, looked.free, looked.rivals, evidence)
        decision = self._undecided(measured, ranked, looked) if why is None else (why, _told(query, why))
        stations, shown = [_candidate(one) for one in ranked], rules()["shown"]
        if decision is None:
            return Routed(stations[:shown], guess, "auto", equals=stations[shown:])
        waiting = _waiting(measured, looked, evidence, ranked[0])
        reason = review_text(decision[0], decision[1] or "")
        question = deciding_question(ranked) if decision[0] in ("close", "unsure") else None
        return Routed(stations[:shown], guess, "review", reason, stations[shown:], waiting, question)

    def _look(self, asked: Measured, today: date, open_cases: OPEN_CASES) -> _Looked:
        """From the nearest on, until enough stations were seen and one of them is free."""
        looked, cases = _Looked(), dict[str, int]()
        for turn, places in enumerate(highest_first(self._weigher.nearness(asked), rules()["close_look"])):
            if turn < 2:
                near = [self.index.stations[place] for place in places]
                cases = open_cases(self.index.stations if turn else near)
            for place in places:
                station = self.index.stations[place]
                standing = Standing(station, cases.get(station.station_id, 0))
                _sort_in(looked, place, standing, bars(standing, asked.query, today))
            if looked.free:
                break
        return looked

    def _undecided(self, asked: Measured, ranked: list[Ranked], looked: _Looked) -> tuple[str, str] | None:
        """Why the best is not sure enough to be sent by itself; None when it is."""
        best = ranked[0]
        if not best.evidence.named and need_chance(self._encoders, asked.plain) < rules()["need_from"]:
            return "unlike", ""
        if best.certainty < rules()["automatic_from"]:
            close = len(ranked) > 1 and best.score - ranked[1].score < 0.3 and ranked[1].certainty > 0.3
            return ("close", "") if close else ("unsure", "")
        return ("several", "") if self._apart(asked.query, looked) else None

    def _apart(self, query: RouteQuery, looked: _Looked) -> bool:
        """The text holds several needs, and different stations fit them best."""
        found: set[str] = set()
        for need in split(query.text):
            asked = self._weigher.measure(RouteQuery(need, None, query.category, query.district))
            evidence = dict(zip(looked.seen, self._weigher.weigh(asked, looked.seen, looked.standings), strict=True))
            ranked = _rank(asked, looked.free, looked.rivals, evidence)
            if ranked[0].certainty >= rules()["alone_from"]:
                found.add(ranked[0].evidence.standing.station.station_id)
        return len(found) > 1

    def survey(
        self, query: RouteQuery, today: date, open_cases: OPEN_CASES, station_id: str | None = None
    ) -> tuple[list[Ranked], FieldGuess]:
        """Every station that was looked at, barred or not, in the order it would come; `station_id` is among them."""
        if untold(query) == "empty" or not len(self.index):
            return [], no_field()
        asked = self._weigher.measure(query)
        looked = self._look(asked, today, open_cases)
        place = self.index.place(station_id) if station_id else None
        if place is not None and place not in looked.standings:
            station = self.index.stations[place]
            looked.standings[place] = Standing(station, open_cases([station]).get(station.station_id, 0))
        return ordered(
            self._weigher.weigh(asked, list(looked.standings), looked.standings), query, asked.guess
        ), asked.guess


def _rank(asked: Measured, free: list[int], rivals: list[int], evidence: dict[int, Evidence]) -> list[Ranked]:
    mine, others = [evidence[place] for place in free], [evidence[place] for place in rivals]
    return rank(mine, others, asked.query, asked.guess)


def _waiting(asked: Measured, looked: _Looked, evidence: dict[int, Evidence], best: Ranked | None) -> list[Candidate]:
    """The best of those that are only full and would come before `best`."""
    if not looked.full:
        return []
    ranked = _rank(asked, looked.full, [], evidence)[: settings()["waiting_most"]]
    return [_candidate(one) for one in ranked if best is None or one.fit > best.fit]


def no_field() -> FieldGuess:
    from bot.core import taxonomy

    return FieldGuess(taxonomy.field_codes()[taxonomy.OTHER_FIELD], taxonomy.OTHER_FIELD)


def _sort_in(looked: _Looked, place: int, standing: Standing, found: list[Bar]) -> None:
    """A station that was excluded on purpose is no rival; one that is only full or far away is, if it is near."""
    looked.barred.update(bar.text for bar in found[:1])
    if not found:
        looked.free.append(place)
    elif len(looked.standings) >= rules()["close_look"]:
        return
    looked.standings[place] = standing
    if not found:
        return
    if all(bar.code in ("full", "district") for bar in found):
        looked.rivals.append(place)
    if all(bar.code == "full" for bar in found):
        looked.full.append(place)


def _candidate(one: Ranked) -> Candidate:
    station = one.evidence.standing.station
    return Candidate(station.station_id, station.name, one.certainty, one.reasons, round(one.fit, 3))


def _told(query: RouteQuery, why: str) -> str | None:
    """What of the query goes into the sentence for staff."""
    return query.category if "category" in why else query.district


def _most(barred: Counter[str]) -> str:
    """The commonest bars with their counts, for staff."""
    return "；".join(f"{text} {count} 个" for text, count in barred.most_common(3))
