"""The follow-up clock: reminds, moves on what nobody took, tells staff what lies too long."""

import logging
from datetime import datetime

from bot.core import calendar
from bot.core.case import OPEN, STAFF_QUEUE, State
from bot.outbox import texts
from bot.services.case_assignment import is_absent, on_duty, query_of
from bot.services.case_base import CaseBase
from bot.services.case_record import SYSTEM
from models import Demand, Liaison, Session
from models.repositories import demands as stored

log = logging.getLogger(__name__)
LATE = "超过签收期限"


class FollowUp(CaseBase):
    """Limits of bot.core.limits. Every step is safe to repeat, also by two workers at once."""

    def tick(self, now: datetime) -> int:
        """One look at everything that is due soon or over; how many demands that were.

        What goes wrong with one demand does not keep the others waiting.
        """
        soon = calendar.due_at(now, self._limits.remind_before)
        with self._db.read() as session:
            due = stored.past_due(session, soon, sorted(OPEN | STAFF_QUEUE))
        for demand_no in due:
            try:
                self._look_at(demand_no, now)
            except Exception as error:
                log.error("%s cannot be followed up: %s", demand_no, type(error).__name__)
        return len(due)

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
