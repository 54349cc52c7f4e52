"""Giving a demand to a station, taking it back, and going on to the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from bot.core import calendar, duty
from bot.core.assignment import Turn, in_turn, sure, words
from bot.core.case import State
from bot.core.roles import Role
from bot.core.routing import Candidate, Routed, RouteQuery, Standing, bars
from bot.services.case_notices import NoticeWriter, due_words
from bot.services.case_record import SYSTEM, Actor, CaseRecord
from models import Demand, Liaison, Session, Station
from models.repositories import demands as stored
from models.repositories import notices, stations, users

NO_CHANNEL = "联络员没有登记通知方式，请在工作台办理"


@dataclass(frozen=True)
class Assignment:
    """Works in the caller's transaction; the rows of all stations in question are locked before anything is counted,

    so that no station gets more than it can take and equals get their turn, also under many threads.
    """

    record: CaseRecord
    tell: NoticeWriter

    def to_first(
        self,
        session: Session,
        demand: Demand,
        routed: Routed,
        actor: Actor,
        kind: str,
        reason: str | None = None,
        named: str | None = None,
    ) -> str | None:
        """To the best station that can take it now, equals by turn; why it stays with staff, None when it went out.

        `named`: the station that the enterprise agreed to; it comes before its equals. `reason` leads the event's.
        """
        if routed.decision != "auto":
            return routed.reason or words("unsure")
        candidates = sure([*routed.stations, *routed.equals])
        rows = self._locked(session, demand, [one.station_id for one in candidates])
        turns = {
            station_id: Turn(row.open_cases, row.station.capacity, row.station.last_assigned)
            for station_id, row in rows.items()
        }
        unknown = [one.name for one in candidates if one.station_id not in rows]
        refused = [words("station", station=name, reason=words("unknown")) for name in unknown]
        for one in in_turn(candidates, turns, named):
            row = rows[one.station_id]
            liaison = self._on_duty(row) if row.why_not is None else None
            if liaison is not None:
                text = "；".join(part for part in (reason, *one.reasons) if part)
                self._give(session, demand, row.station, liaison, one, actor, kind, text)
                return None
            refused.append(words("station", station=one.name, reason=row.why_not or words("nobody_reached")))
        return words("none_left", reasons="；".join(refused))

    def to(
        self, session: Session, demand: Demand, candidate: Candidate, actor: Actor, kind: str, reason: str
    ) -> str | None:
        """To this very station, as a person decided; why it cannot take it, None when it did.

        A station whose people cannot be told gets it all the same, and the record says so.
        """
        row = self._locked(session, demand, [candidate.station_id]).get(candidate.station_id)
        if row is None:
            return words("unknown")
        if row.why_not is not None:
            return row.why_not
        liaison = self._on_duty(row) or on_duty(row.station.liaisons, calendar.chengdu_date(self.record.clock()))
        if liaison is None:
            return words("no_liaison")
        self._give(session, demand, row.station, liaison, candidate, actor, kind, reason)
        return None

    def _give(
        self,
        session: Session,
        demand: Demand,
        station: Station,
        liaison: Liaison,
        candidate: Candidate,
        actor: Actor,
        kind: str,
        reason: str,
    ) -> None:
        notices.cancel_kind(session, demand.demand_no, "ask_share")
        demand.station, demand.liaison = station, liaison
        demand.station_pk, demand.liaison_pk = station.id, liaison.id
        self.record.move(session, demand, State.AWAITING_PICKUP, kind, actor, reason=reason)
        station.last_assigned = stored.last_event_id(session, demand.id)
        reasons = "；".join(candidate.reasons) or reason
        self.tell.to_liaison(session, demand, liaison, "assigned", self.record.clock(), reasons=reasons)
        if not self.tell.reaches(liaison):
            self.record.event(session, demand, "undelivered", SYSTEM, reason=NO_CHANNEL)

    def _locked(self, session: Session, demand: Demand, station_ids: Sequence[str]) -> dict[str, "_Row"]:
        """Each station as it is now, with what bars it from this demand."""
        found = stored.locked_stations(session, station_ids)
        cases = stations.open_cases(session, [station.id for station in found.values()])
        accounts = self._with_account(session, list(found.values()))
        return {
            station_id: _Row(
                station,
                cases.get(station.id, 0),
                self._why_not(station, cases.get(station.id, 0), demand),
                station_id in accounts,
            )
            for station_id, station in found.items()
        }

    def _why_not(self, station: Station, open_cases: int, demand: Demand) -> str | None:
        """The hard rules as they stand at this moment; what a person decided about fit is left to them."""
        if station.id == demand.station_pk:
            return words("present")
        standing, today = Standing(stations.record_of(station), open_cases), calendar.chengdu_date(self.record.clock())
        return "；".join(bar.text for bar in bars(standing, RouteQuery(""), today)) or None

    def _with_account(self, session: Session, rows: Sequence[Station]) -> set[str]:
        """Stations for which somebody can sign in to the console: of their own, or of their society."""
        own = users.scopes_of(session, Role.LIAISON, [row.station_id for row in rows])
        names = [row.society.name for row in rows if row.society]
        societies = users.scopes_of(session, Role.SOCIETY, names) if names else set()
        return own | {row.station_id for row in rows if row.society and row.society.name in societies}

    def _on_duty(self, row: "_Row") -> Liaison | None:
        """Who is there soonest, within the time to take it, and can be told; None when there is nobody.

        Without a channel to anybody it is who can see it in the console, if the station has an account.
        """
        now, present = self.record.clock(), dict[int, date]()
        last = calendar.add_working_days(calendar.chengdu_date(now), self.record.limits.pickup)
        for one in in_order(row.station.liaisons):
            day = duty.next_day(one.hours, now, partial(is_absent, one))
            if day is not None and day <= last:
                present[one.id] = day
        there = [one for one in in_order(row.station.liaisons) if one.id in present]
        told = [one for one in there if self.tell.reaches(one)] or (there if row.has_account else [])
        return min(told, key=lambda one: present[one.id], default=None)

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
        why = words("last_return", count=demand.returns, station=previous, reason=reason)
        if routed is not None:
            demand.routing = decision(routed)
            left = self.to_first(session, demand, routed, SYSTEM, "rerouted", previous_words(previous, reason))
            if left is None:
                self.tell_assigned(session, demand, told, previous=previous, reason=reason)
                return
            why = words("after_return", station=previous, reason=reason, why=left)
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


def previous_words(station: str, reason: str) -> str:
    """Why the demand came from another station."""
    return words("from_other", station=station, reason=reason)


def decision(routed: Routed) -> dict[str, Any]:
    """As it is kept in Demand.routing."""
    return {
        "decision": routed.decision,
        "reason": routed.reason,
        "candidates": [
            {"station_id": one.station_id, "name": one.name, "score": one.score, "reasons": list(one.reasons)}
            for one in routed.stations
        ],
        "waiting": [{"station_id": one.station_id, "name": one.name} for one in routed.waiting],
    }


@dataclass(frozen=True)
class _Row:
    """A locked station."""

    station: Station
    open_cases: int
    why_not: str | None
    """What bars it from this demand."""
    has_account: bool
    """Somebody of it can sign in to the console."""
