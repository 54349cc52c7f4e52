"""The follow-up clock: reminds, moves on what nobody took, tells staff what lies too long."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.core import calendar
from bot.core.case import OPEN, STAFF_QUEUE, State
from bot.outbox import texts
from bot.services.case_access import UNREACHED
from bot.services.case_assignment import query_of
from bot.services.case_duty import is_absent, on_duty
from bot.services.case_record import SYSTEM
from bot.services.case_standing import with_account
from bot.services.room_watch import RoomWatch
from models import Demand, Liaison, Session
from models.repositories import demands as stored

log = logging.getLogger(__name__)
LATE = "超过签收期限"


class FollowUp(RoomWatch):
    """Limits of bot.core.limits. Every step is safe to repeat, also by two workers at once."""

    def tick(self, now: datetime) -> int:
        """One look at everything that is due soon or over; how many demands that were.

        What goes wrong with one demand does not keep the others waiting.
        """
        self._safely("rooms", self.tell_of_room)
        soon = calendar.due_at(now, self._limits.remind_before)
        with self._db.read() as session:
            due = stored.past_due(session, soon, sorted(OPEN | STAFF_QUEUE))
            unreached = stored.unreached(session)
        for demand_no in unreached:
            self._safely(demand_no, partial(self._leave_unreached, demand_no, now))
        for demand_no in due:
            self._safely(demand_no, partial(self._look_at, demand_no, now))
        return len(due)

    def _safely(self, about: str, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            log.error("%s cannot be followed up: %s", about, type(error).__name__)

    def _look_at(self, demand_no: str, now: datetime) -> None:
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.due_at is None:
                return
            over = _days_over(demand, now)
            if over <= self._limits.remind_after or demand.state != State.AWAITING_PICKUP:
                self._remind(session, demand, over, now)
                return
            version = demand.version
        self._pass_on(demand_no, version, now, "not_taken", LATE, "overdue")

    def _leave_unreached(self, demand_no: str, now: datetime) -> None:
        """On from a station where no notice arrives, unless it sees its demands in the console."""
        with self._db.read() as session:
            demand = stored.by_number(session, demand_no)
            if demand is None or demand.station is None or with_account(session, [demand.station]):
                return
            version = demand.version
        self._pass_on(demand_no, version, now, "unreached", UNREACHED, "unreached")

    def _pass_on(self, demand_no: str, version: int, now: datetime, kind: str, reason: str, told: str) -> None:
        """Takes the demand from its station and goes on, if nobody changed it since `version`."""
        with self._db.read() as session:
            demand = stored.by_number(session, demand_no)
            if demand is None or demand.version != version:
                return
            station = demand.station.station_id if demand.station else ""
            last = demand.returns + 1 >= self._limits.returns
            query = query_of(session, demand, station)
        routed = None if last else self._route(query)
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.version != version:
                return
            late = demand.liaison
            previous = self._assignment.give_back(session, demand, kind, SYSTEM, reason, {})
            if late is not None:
                self._tell.to_liaison(session, demand, late, "gone", now)
            self._assignment.go_on(session, demand, routed, previous, reason, told)

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
