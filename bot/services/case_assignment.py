"""Giving a demand to a station, taking it back, and going on to the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core import calendar
from bot.core.case import OPEN, State
from bot.core.routing import Candidate, Routed, RouteQuery
from bot.core.station import RUNNING
from bot.services.case_notices import NoticeWriter, due_words
from bot.services.case_record import SYSTEM, Actor, CaseRecord
from models import Demand, Liaison, Session, Station
from models.repositories import demands as stored
from models.repositories import notices

NO_CHANNEL = "联络员没有登记通知方式，请在工作台办理"


@dataclass(frozen=True)
class Assignment:
    """Works in the caller's transaction; the station's row is locked so that it cannot be overfilled."""

    record: CaseRecord
    tell: NoticeWriter

    def to_first(
        self, session: Session, demand: Demand, candidates: Sequence[Candidate], actor: Actor, kind: str
    ) -> bool:
        """To the best candidate that can still take it; False when none can."""
        stored.lock_stations(session, [candidate.station_id for candidate in candidates])
        return any(self.to(session, demand, candidate, actor, kind) for candidate in candidates)

    def to(
        self, session: Session, demand: Demand, candidate: Candidate, actor: Actor, kind: str, reason: str | None = None
    ) -> bool:
        """False when the station cannot take it (any more): not running, full, nobody there."""
        station = stored.locked_station(session, candidate.station_id)
        if station is None or not _has_room(session, station, demand):
            return False
        liaison = self._on_duty(station)
        if liaison is None:
            return False
        notices.cancel_kind(session, demand.demand_no, "ask_share")
        demand.station, demand.liaison = station, liaison
        demand.station_pk, demand.liaison_pk = station.id, liaison.id
        text = reason or "；".join(candidate.reasons)
        self.record.move(session, demand, State.AWAITING_PICKUP, kind, actor, reason=text)
        reasons = "；".join(candidate.reasons) or text
        self.tell.to_liaison(session, demand, liaison, "assigned", self.record.clock(), reasons=reasons)
        if not self.tell.reaches(liaison):
            self.record.event(session, demand, "undelivered", SYSTEM, reason=NO_CHANNEL)
        return True

    def _on_duty(self, station: Station) -> Liaison | None:
        """One whom a notice reaches, if there is any; who only works in the console otherwise."""
        today = calendar.chengdu_date(self.record.clock())
        reached = [one for one in station.liaisons if self.tell.reaches(one)]
        present = [one for one in reached if not is_absent(one, today)]
        return on_duty(present, today) or on_duty(station.liaisons, today)

    def give_back(
        self, session: Session, demand: Demand, kind: str, actor: Actor, reason: str, data: dict[str, Any]
    ) -> str:
        """Takes the demand from its station, whose name it returns; the event keeps which one it was."""
        name = demand.station.name if demand.station else ""
        if demand.liaison is not None:
            notices.cancel_waiting(session, str(demand.liaison.id), demand.demand_no)
        notices.cancel_kind(session, demand.demand_no, "ask_share")
        demand.returns += 1
        self.record.move(session, demand, State.ACCEPTED, kind, actor, reason=reason, data=data)
        demand.station = demand.liaison = None
        demand.station_pk = demand.liaison_pk = None
        session.flush()
        return name

    def go_on(
        self,
        session: Session,
        demand: Demand,
        routed: Routed | None,
        previous: str,
        reason: str,
        told: str = "returned",
    ) -> None:
        """To the station that routing found anew, or to the staff; the enterprise is told which, in the text `told`."""
        if routed is not None:
            demand.routing = decision(routed)
            candidates = routed.stations if routed.decision == "auto" else []
            if self.to_first(session, demand, candidates, SYSTEM, "rerouted"):
                self.tell_assigned(session, demand, told, previous=previous, reason=reason)
                return
        why = routed.reason if routed is not None and routed.reason else reason
        self.record.event(session, demand, "queued", SYSTEM, reason=why)
        self.tell.to_enterprise(
            session,
            demand,
            f"{told}_staff",
            self.record.clock(),
            previous=previous,
            reason=reason,
            due=due_words(demand),
        )

    def tell_assigned(self, session: Session, demand: Demand, kind: str, **values: Any) -> None:
        """The new station, and the question whether it may have the contact."""
        station = demand.station
        if station is None:
            return
        named = {"station": station.name, "due": due_words(demand), **values}
        self.tell.to_enterprise(session, demand, kind, self.record.clock(), **named)
        self.ask_share(session, demand)

    def ask_share(self, session: Session, demand: Demand) -> None:
        """Once for each station that has no answer yet."""
        station = demand.station
        if station is None or demand.contact_id is None:
            return
        if stored.share_answer(session, demand.id, station.station_id) is None:
            self.tell.ask_share(session, demand, station, self.record.clock())


def query_of(session: Session, demand: Demand, *leaving: str) -> RouteQuery:
    """What to route by; stations that had the demand and those of `leaving` are left out."""
    text = "。".join(part for part in (demand.problem, demand.goal) if part)
    return RouteQuery(
        text=text,
        title=demand.title,
        category=demand.category,
        district=demand.district,
        exclude=stored.stations_that_returned(session, demand.id) | set(leaving),
    )


def on_duty(liaisons: Sequence[Liaison], day: date) -> Liaison | None:
    """The primary liaison; a backup when the primary is away; the primary all the same when everybody is."""
    active = in_order(liaisons)
    return next((one for one in active if not is_absent(one, day)), active[0] if active else None)


def in_order(liaisons: Sequence[Liaison]) -> list[Liaison]:
    """Those in office, the primary first."""
    return sorted((one for one in liaisons if one.active), key=lambda one: (one.role != "primary", one.id))


def is_absent(liaison: Liaison, day: date) -> bool:
    """A day of absence without an end lasts."""
    start, end = liaison.absent_from, liaison.absent_until
    if start is None and end is None:
        return False
    return (start is None or start <= day) and (end is None or day <= end)


def candidate_of(demand: Demand, station_id: str) -> Candidate:
    """The station with the reasons that routing gave for it, if it was on the short list."""
    for one in demand.routing.get("candidates", []):
        if one["station_id"] == station_id:
            return Candidate(station_id, one["name"], one["score"], list(one["reasons"]))
    return Candidate(station_id, station_id, 0.0, [])


def decision(routed: Routed) -> dict[str, Any]:
    """As it is kept in Demand.routing."""
    return {
        "decision": routed.decision,
        "reason": routed.reason,
        "candidates": [
            {"station_id": one.station_id, "name": one.name, "score": one.score, "reasons": list(one.reasons)}
            for one in routed.stations
        ],
    }


def _has_room(session: Session, station: Station, demand: Demand) -> bool:
    if station.status != RUNNING or station.id == demand.station_pk:
        return False
    return stored.open_cases(session, station.id, sorted(OPEN)) < station.capacity
