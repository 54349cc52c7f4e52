"""The cases: who has a demand, what they did, and what everybody is told. One transaction a change, first wins."""

from dataclasses import dataclass
from datetime import date

from bot.core import calendar, form_check
from bot.core.assignment import alike
from bot.core.case import State
from bot.core.routing import Routed
from bot.services.case_access import CaseAccess, Undelivered, actor_of
from bot.services.case_assignment import decision
from bot.services.case_duty import on_duty
from bot.services.case_record import SYSTEM, Actor, AlreadyHandled, CaseError, NotAllowed
from bot.services.enterprise_deeds import EnterpriseDeeds, Status, person_of
from bot.services.follow_up import FollowUp
from bot.services.liaison_deeds import LiaisonDeeds
from bot.services.staff_deeds import StaffDeeds
from models import Demand, Session
from models.repositories import demands as stored

__all__ = [
    "SYSTEM",
    "Actor",
    "AlreadyHandled",
    "CaseError",
    "CaseService",
    "NotAllowed",
    "Opened",
    "Status",
    "Undelivered",
    "actor_of",
    "on_duty",
]


@dataclass(frozen=True)
class Opened:
    """Where a new demand went."""

    station: str | None
    """Name; None when staff decide."""
    due_date: date | None


class CaseService(LiaisonDeeds, StaffDeeds, EnterpriseDeeds, FollowUp, CaseAccess):
    """Changes cases."""

    def hold(self, draft_id: str, routed: Routed) -> Routed:
        """Before a station is named to the enterprise: among equals the one whose turn it is, kept for the draft."""
        candidates = [*routed.stations, *routed.equals]
        if not draft_id or routed.decision != "auto" or len(alike(candidates)[0]) < 2:
            return routed
        with self._db.begin() as session:
            return self._assignment.hold(session, draft_id, routed)

    def open_in(self, session: Session, demand: Demand, routed: Routed, share_with: str | None) -> Opened:
        """Form check by machine, then to the best station that can still take it; otherwise to staff.

        `share_with`: the station_id that the enterprise agreed to share the contact with.
        """
        self._record.event(session, demand, "submitted", person_of(demand))
        demand.routing = decision(routed)
        if share_with:
            self._share_in(session, demand, share_with, True)
        if faults := self._faults(session, demand):
            words = "；".join(form_check.REASONS[fault] for fault in faults)
            self._record.move(session, demand, State.FORM_CHECK, "form_checked", SYSTEM, reason=words)
            return self._opened(demand)
        self._record.move(session, demand, State.ACCEPTED, "accepted", SYSTEM)
        why = self._assignment.to_first(session, demand, routed, SYSTEM, "routed", named=share_with)
        if why is not None:
            self._record.event(session, demand, "queued", SYSTEM, reason=why)
        elif share_with and demand.station is not None and demand.station.station_id != share_with:
            self._assignment.ask_share(session, demand)
        return self._opened(demand)

    def _faults(self, session: Session, demand: Demand) -> list[str]:
        since = calendar.start_of_day(self._clock())
        today = stored.submitted_since(session, demand.sender_id, since) if demand.sender_id else 1
        return form_check.faults(form_check.Form(demand.title, demand.problem, demand.goal, today - 1))

    def _opened(self, demand: Demand) -> Opened:
        due = calendar.chengdu_date(demand.due_at) if demand.due_at else None
        return Opened(demand.station.name if demand.station else None, due)
