"""What liaisons do with the demands of their station; staff may do it in their stead."""

from bot.core.case import OUTCOMES, RETURN_REASONS, State
from bot.outbox import texts
from bot.services.case_assignment import candidate_of, query_of
from bot.services.case_base import CaseBase, once
from bot.services.case_notices import rate_payload
from bot.services.case_record import Actor, CaseError
from models import Demand, Session
from models.repositories import demands as stored

NOTE_LENGTH = 1000


class LiaisonDeeds(CaseBase):
    """Each deed is one write transaction; the first of two people wins.

    All raise CaseError, AlreadyHandled for the second of two people. `version` is the one the actor saw.
    """

    @once
    def take(self, demand_no: str, actor: Actor, version: int) -> None:
        """签收."""
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "take", actor, version)
            if actor.liaison_pk is not None:
                demand.liaison_pk = actor.liaison_pk
            self._record.move(session, demand, State.TAKEN, "taken", actor)
            self._tell_enterprise(session, demand, "taken", liaison=actor.name)
            self._assignment.ask_share(session, demand)

    @once
    def contacted(self, demand_no: str, actor: Actor, version: int, note: str = "") -> None:
        """已联系."""
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "contact", actor, version)
            self._record.move(session, demand, State.CONTACTED, "contacted", actor, reason=_short(note))
            self._tell_enterprise(session, demand, "contacted")

    @once
    def progress(self, demand_no: str, actor: Actor, version: int, state: State, note: str) -> None:
        """诊断中 or 对接中, with what was found; the enterprise reads it."""
        action = {State.DIAGNOSING: "diagnose", State.MATCHING: "match"}[state]
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, action, actor, version)
            self._record.move(session, demand, state, state.value, actor, reason=_short(note))
            self._tell_enterprise(session, demand, "progress", state=state.label, note=_short(note) or "")

    @once
    def note(self, demand_no: str, actor: Actor, version: int | None, note: str) -> None:
        """A line for the record; the enterprise is not told, and what others saw stays good."""
        words = _short(note)
        if words is None:
            raise CaseError("请写下记录的内容。")
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "note", actor, None)
            last = stored.last_event(session, demand.id)
            if last is None or (last.kind, last.reason, last.actor_id) != ("note", words, actor.id):
                self._record.event(session, demand, "note", actor, since=State(demand.state), reason=words)

    @once
    def close(self, demand_no: str, actor: Actor, version: int, outcome: str, note: str = "") -> None:
        """办结 with an outcome of bot.core.case.OUTCOMES; 长期攻关 stays with the station."""
        if outcome not in OUTCOMES:
            raise CaseError("请选择办结结果。")
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "close", actor, version)
            words, data = _short(note), {"outcome": outcome}
            demand.outcome = "：".join(part for part in (OUTCOMES[outcome], words) if part)
            self._record.move(session, demand, State(outcome), "closed", actor, reason=words, data=data)
            if outcome == State.LONG_TERM:
                self._tell_enterprise(session, demand, "progress", state=OUTCOMES[outcome], note=words or "")
                return
            self._record.move(session, demand, State.CLOSED, "closed", actor, reason=words, data=data)
            self._tell_closed(session, demand, OUTCOMES[outcome], words or "")

    @once
    def return_(self, demand_no: str, actor: Actor, version: int, reason: str, note: str = "") -> None:
        """退回: on to the next station; after the last return that is allowed staff decide."""
        if reason not in RETURN_REASONS:
            raise CaseError("请选择退回的原因。")
        words = (_short(note) if reason == "other" else None) or RETURN_REASONS[reason]
        with self._db.read() as session:
            demand = self._mine(session, demand_no, "return", actor, version)
            station = demand.station.station_id if demand.station else ""
            last = demand.returns + 1 >= self._limits.returns
            query, version = query_of(session, demand, station), demand.version
        routed = None if last else self._route(query)
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "return", actor, version)
            data = {"code": reason, "note": _short(note)}
            previous = self._assignment.give_back(session, demand, "returned", actor, words, data)
            self._assignment.go_on(session, demand, routed, previous, words)

    @once
    def refer(self, demand_no: str, actor: Actor, version: int, to: int | str, reason: str) -> None:
        """转派 to a colleague (liaison's number) or to another station (station_id)."""
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "refer", actor, version)
            if isinstance(to, int):
                self._refer_to_colleague(session, demand, actor, to, reason)
                return
            previous = demand.station.name if demand.station else ""
            why = self._assignment.to(session, demand, candidate_of(demand, to), actor, "referred", reason)
            if why is not None:
                raise CaseError(f"对方服务站现在不能接这条需求：{why}。请换一个，或退回。")
            self._assignment.tell_assigned(session, demand, "referred", previous=previous)

    def _refer_to_colleague(self, session: Session, demand: Demand, actor: Actor, to: int, reason: str) -> None:
        colleague = stored.liaison(session, to)
        if colleague is None or not colleague.active or colleague.station_pk != demand.station_pk:
            raise CaseError("没有这位同事，请重新选择。")
        if colleague.id == demand.liaison_pk:
            raise CaseError("这条需求已经在这位同事手上。")
        seen, state = demand.version, State(demand.state)
        demand.liaison, demand.liaison_pk = colleague, colleague.id
        self._record.touch(demand)
        data = {"liaison": colleague.id, "name": colleague.name}
        self._record.event(session, demand, "referred", actor, since=state, seen=seen, reason=reason, data=data)
        self._tell.to_liaison(session, demand, colleague, "referred", self._clock())

    def _tell_closed(self, session: Session, demand: Demand, outcome: str, note: str) -> None:
        choices = [
            {"title": texts.choice("score", score=score), "payload": rate_payload(demand.demand_no, score)}
            for score in range(1, 6)
        ]
        data = {"choices": choices}
        self._tell.to_enterprise(session, demand, "closed", self._clock(), data, outcome=outcome, note=note)


def _short(note: str) -> str | None:
    return note.strip()[:NOTE_LENGTH] or None
