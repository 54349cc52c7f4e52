"""What the association's staff decide about a case."""

from bot.core.case import State
from bot.services.case_assignment import candidate_of
from bot.services.case_base import CaseBase, once
from bot.services.case_record import Actor, CaseError
from models import Demand, Liaison, Session
from models.repositories import notices


class StaffDeeds(CaseBase):
    """All raise CaseError, AlreadyHandled for the second of two people."""

    @once
    def assign_by_staff(self, demand_no: str, station_id: str, actor: Actor, reason: str, version: int) -> None:
        """Staff choose the station."""
        with self._db.begin() as session:
            demand = self._record.open(session, demand_no, "assign", actor, version)
            previous = demand.liaison
            candidate = candidate_of(demand, station_id)
            words = reason or "；".join(candidate.reasons)
            why = self._assignment.to(session, demand, candidate, actor, "assigned", words)
            if why is not None:
                raise CaseError(f"该服务站现在不能接这条需求：{why}。")
            self._tell_gone(session, demand, previous, "gone")
            reasons = "；".join(candidate.reasons) or "由工作人员选定"
            self._assignment.tell_assigned(session, demand, "assigned", reasons=reasons)

    @once
    def reject(self, demand_no: str, actor: Actor, version: int, reason: str) -> None:
        """不予受理, with a reason the enterprise reads."""
        if not reason.strip():
            raise CaseError("请写明不予受理的理由，企业会看到。")
        with self._db.begin() as session:
            demand = self._record.open(session, demand_no, "reject", actor, version)
            self._record.move(session, demand, State.REJECTED, "rejected", actor, reason=reason.strip())
            self._tell_gone(session, demand, demand.liaison, "gone")
            self._tell.to_enterprise(session, demand, "rejected", self._clock(), reason=reason.strip())

    def _tell_gone(self, session: Session, demand: Demand, liaison: Liaison | None, kind: str) -> None:
        """Takes back what a liaison was not told yet, and tells them that they need not act."""
        if liaison is None or (liaison.id == demand.liaison_pk and demand.state == State.AWAITING_PICKUP):
            return
        notices.cancel_waiting(session, str(liaison.id), demand.demand_no)
        self._tell.to_liaison(session, demand, liaison, kind, self._clock())
