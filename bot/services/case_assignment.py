"""Giving a demand to a station, taking it back, and going on to the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.core import calendar
from bot.core.assignment import in_turn, sure, words
from bot.core.case import State
from bot.core.demand_query import query_of_demand
from bot.core.routing import Candidate, Routed, RouteQuery
from bot.services.case_notices import NoticeWriter, due_words
from bot.services.case_record import SYSTEM, Actor, CaseRecord
from bot.services.case_standing import Roster, StandingNow, standings_now
from models import Demand, Session
from models.repositories import demands as stored
from models.repositories import holds, notices

HOLD = timedelta(minutes=30)
"""How long a station that was named in a summary is kept for it."""
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
        rows = self._rows(session, [one.station_id for one in candidates], demand)
        turns = {station_id: row.turn for station_id, row in rows.items()}
        unknown = [one.name for one in candidates if one.station_id not in rows]
        refused = [words("station", station=name, reason=words("unknown")) for name in unknown]
        for one in in_turn(candidates, turns, named or self._held(session, demand.draft_id, rows)):
            row = rows[one.station_id]
            if row.free:
                text = "；".join(part for part in (reason, *one.reasons) if part)
                self._give(session, demand, row, one, actor, kind, text)
                return None
            refused.append(words("station", station=one.name, reason=row.why_not or words("nobody_reached")))
        full = [{"station_id": key, "name": row.station.name} for key, row in rows.items() if row.only_full]
        demand.routing = {**demand.routing, "waiting": [*demand.routing.get("waiting", []), *full]}
        return words("none_left", reasons="；".join(refused))

    def to(
        self, session: Session, demand: Demand, candidate: Candidate, actor: Actor, kind: str, reason: str
    ) -> str | None:
        """To this very station, as a person decided; why it cannot take it, None when it did.

        A station whose people cannot be told gets it all the same, and the record says so.
        """
        row = self._rows(session, [candidate.station_id], demand).get(candidate.station_id)
        if row is None:
            return words("unknown")
        if row.why_not is not None:
            return row.why_not
        if row.liaison is None:
            return words("no_liaison")
        self._give(session, demand, row, candidate, actor, kind, reason)
        return None

    def hold(self, session: Session, draft_id: str, routed: Routed) -> Routed:
        """The same with its equals in turn, the first kept for the draft, so that the next one hears of another."""
        candidates = sure([*routed.stations, *routed.equals])
        rows = self._rows(session, [one.station_id for one in candidates], None, draft_id)
        held = self._held(session, draft_id, rows)
        ordered = in_turn(candidates, {key: row.turn for key, row in rows.items() if row.free}, held)
        if not ordered:
            return routed
        now = self.record.clock()
        holds.put(session, draft_id, rows[ordered[0].station_id].station.id, now + HOLD, now)
        rest = [one for one in (*routed.stations, *routed.equals) if one not in ordered]
        shown, whole = len(routed.stations), [*ordered, *rest]
        return replace(routed, stations=whole[:shown], equals=whole[shown:])

    def _rows(
        self, session: Session, station_ids: Sequence[str], demand: Demand | None, draft_id: str = ""
    ) -> dict[str, StandingNow]:
        now = self.record.clock()
        last = calendar.add_working_days(calendar.chengdu_date(now), self.record.limits.pickup)
        return standings_now(session, station_ids, demand, draft_id, Roster(now, last, self.tell.reaches))

    def _held(self, session: Session, draft_id: str, rows: Mapping[str, StandingNow]) -> str | None:
        held = holds.of_draft(session, draft_id, self.record.clock())
        return next((key for key, row in rows.items() if row.station.id == held), None)

    def _give(
        self,
        session: Session,
        demand: Demand,
        row: StandingNow,
        candidate: Candidate,
        actor: Actor,
        kind: str,
        reason: str,
    ) -> None:
        station, liaison = row.station, row.liaison
        assert liaison is not None
        notices.cancel_kind(session, demand.demand_no, "ask_share")
        holds.release(session, demand.draft_id)
        demand.station, demand.liaison = station, liaison
        demand.station_pk, demand.liaison_pk = station.id, liaison.id
        self.record.move(session, demand, State.AWAITING_PICKUP, kind, actor, reason=reason)
        station.last_assigned = stored.last_event_id(session, demand.id)
        reasons = "；".join(candidate.reasons) or reason
        self.tell.to_liaison(session, demand, liaison, "assigned", self.record.clock(), reasons=reasons)
        if not self.tell.reaches(liaison):
            self.record.event(session, demand, "undelivered", SYSTEM, reason=NO_CHANNEL)

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
    return query_of_demand(
        demand.problem,
        demand.goal,
        demand.title,
        demand.category,
        demand.district,
        enterprise_name=demand.enterprise.name if demand.enterprise else None,
        exclude=stored.stations_that_returned(session, demand.id) | set(leaving),
    )


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
