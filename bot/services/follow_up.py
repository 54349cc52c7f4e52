"""The follow-up clock: reminds, moves on what nobody took, tells staff what lies too long."""

import logging
from datetime import datetime

from bot.core import calendar
from bot.core.assignment import words
from bot.core.case import OPEN, STAFF_QUEUE, State
from bot.core.station import RUNNING
from bot.outbox import texts
from bot.services.case_assignment import query_of
from bot.services.case_base import CaseBase
from bot.services.case_duty import is_absent, on_duty
from bot.services.case_record import SYSTEM
from models import Demand, Liaison, Session
from models.repositories import demands as stored
from models.repositories import stations

log = logging.getLogger(__name__)
LATE = "超过签收期限"
QUEUE_LOOK = 1000
"""Demands without a station that are looked at, the oldest first."""


class FollowUp(CaseBase):
    """Limits of bot.core.limits. Every step is safe to repeat, also by two workers at once."""

    def tick(self, now: datetime) -> int:
        """One look at everything that is due soon or over; how many demands that were.

        What goes wrong with one demand does not keep the others waiting.
        """
        self._tell_of_room()
        soon = calendar.due_at(now, self._limits.remind_before)
        with self._db.read() as session:
            due = stored.past_due(session, soon, sorted(OPEN | STAFF_QUEUE))
        for demand_no in due:
            try:
                self._look_at(demand_no, now)
            except Exception as error:
                log.error("%s cannot be followed up: %s", demand_no, type(error).__name__)
        return len(due)

    def _tell_of_room(self) -> None:
        """Shows staff which of the stations that were full when a demand came could take it now."""
        with self._db.read() as session:
            waiting = [one for one in stored.without_station(session, sorted(STAFF_QUEUE), QUEUE_LOOK) if _full(one)]
            if not waiting:
                return
            rooms = _rooms(session, {station_id for one in waiting for station_id in _full(one)})
        for demand in waiting:
            free = {key: rooms[key] for key in _full(demand) if key in rooms}
            if free != demand.routing.get("room", {}):
                self._note_room(demand.demand_no, free)

    def _note_room(self, demand_no: str, free: dict[str, str]) -> None:
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.station_pk is not None or demand.routing.get("room", {}) == free:
                return
            news = [text for key, text in free.items() if key not in demand.routing.get("room", {})]
            demand.routing = {**demand.routing, "room": free}
            if news:
                reason = words("room", stations="、".join(news))
                self._record.event(session, demand, "room", SYSTEM, reason=reason)

    def _look_at(self, demand_no: str, now: datetime) -> None:
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.due_at is None:
                return
            over = _days_over(demand, now)
            if over <= self._limits.remind_after or demand.state != State.AWAITING_PICKUP:
                self._remind(session, demand, over, now)
                return
            station = demand.station.station_id if demand.station else ""
            last = demand.returns + 1 >= self._limits.returns
            query, version = query_of(session, demand, station), demand.version
        routed = None if last else self._route(query)
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.version != version:
                return
            late = demand.liaison
            previous = self._assignment.give_back(session, demand, "not_taken", SYSTEM, LATE, {})
            if late is not None:
                self._tell.to_liaison(session, demand, late, "gone", now)
            self._assignment.go_on(session, demand, routed, previous, LATE, "overdue")

    def _remind(self, session: Session, demand: Demand, over: int, now: datetime) -> None:
        """Once before and once after the limit; far over it, staff see it on the record."""
        if over >= self._limits.escalate_after:
            self._escalate(session, demand, over)
            return
        step, liaison = texts.step(demand.state), _holder(demand, now)
        if liaison is None or not step:
            return
        kind = "remind_after" if over >= self._limits.remind_after else "remind_before"
        if self._tell.to_liaison(session, demand, liaison, kind, now, step=step):
            self._record.event(session, demand, "reminded", SYSTEM, data={"when": kind, "liaison": liaison.id})

    def _escalate(self, session: Session, demand: Demand, over: int) -> None:
        last = stored.last_event(session, demand.id, ("escalated",))
        if last is None or last.data.get("version") != demand.version:
            reason, data = f"超期 {over} 个工作日", {"version": demand.version}
            self._record.event(session, demand, "escalated", SYSTEM, reason=reason, data=data)


def _full(demand: Demand) -> list[str]:
    """Stations that were only full when this demand was routed."""
    return [one["station_id"] for one in demand.routing.get("waiting", [])]


def _rooms(session: Session, station_ids: set[str]) -> dict[str, str]:
    """Those of them that can take a demand now, in words."""
    found = stations.by_ids(session, sorted(station_ids))
    cases = stations.open_cases(session, [one.id for one in found])
    return {
        one.station_id: words("room_of", station=one.name, open=cases.get(one.id, 0), capacity=one.capacity)
        for one in found
        if one.status == RUNNING and cases.get(one.id, 0) < one.capacity
    }


def _days_over(demand: Demand, now: datetime) -> int:
    """Working days since the limit ended; 0 up to and on its day."""
    due = demand.due_at or now
    return calendar.working_days_between(calendar.chengdu_date(due), calendar.chengdu_date(now))


def _holder(demand: Demand, now: datetime) -> Liaison | None:
    """Who is to be reminded: the liaison who has it, or who stands in while that one is away."""
    today, liaison = calendar.chengdu_date(now), demand.liaison
    if liaison is not None and liaison.active and not is_absent(liaison, today):
        return liaison
    return on_duty(demand.station.liaisons, today) if demand.station else None
