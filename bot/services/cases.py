"""The cases: who has a demand, what they did, and what everybody is told. One transaction a change, first wins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.core import calendar
from bot.core.case import MAX_RETURNS, OPEN, OUTCOMES, RETURN_REASONS, STAFF_QUEUE, State, may
from bot.core.limits import Limits
from bot.core.routing import Candidate, Routed, RouteQuery
from bot.outbox import texts
from bot.services import case_tokens
from bot.services.case_notices import NoticeWriter, due_words
from models import AuditEntry, CaseEvent, Consent, Database, Demand, Liaison, Session, Station
from models.repositories import demands as stored
from models.repositories import notices

NOTICE_VERSION = "2026-11"


class CaseError(Exception):
    """What was asked for cannot be done now; the message is for the person who asked."""


class AlreadyHandled(CaseError):
    """Someone else was first."""

    def __init__(self, by: str, state: State) -> None:
        super().__init__(f"已由{by}处理，现在是“{state.label}”。")
        self.by = by
        self.state = state


class NotAllowed(CaseError):
    """The person may not do this."""


@dataclass(frozen=True)
class Actor:
    """Who does something to a case."""

    kind: str
    """enterprise, liaison, staff or system."""
    id: str
    name: str
    liaison_pk: int | None = None


SYSTEM = Actor("system", "system", "系统")


@dataclass(frozen=True)
class Status:
    """What a person is told of a demand."""

    demand_no: str
    title: str
    state: State
    state_label: str
    station: str | None
    due: date | None


class CaseService:
    """Changes cases. `route` finds stations again after a return; it is called outside of transactions."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        route: Callable[[RouteQuery], Routed],
        *,
        console_url: str = "",
        channels: frozenset[str] = frozenset({"wecom", "telegram"}),
        limits: Limits | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._route = route
        self._limits = limits or Limits()
        self._tell = NoticeWriter(console_url, channels)

    # --- opening and assigning ------------------------------------------------

    def open_in(self, session: Session, demand: Demand, routed: Routed, share_with: str | None) -> None:
        """Form check by machine, then to the best station that can still take it; otherwise to staff."""
        self._event(session, demand, "submitted", SYSTEM, State.SUBMITTED, since=None)
        demand.routing = _decision(routed)
        if share_with:
            self._share_in(session, demand, share_with, True)
        self._move(session, demand, State.ACCEPTED, "accepted", SYSTEM)
        if routed.decision != "auto" or not self._assign_first(session, demand, routed.stations, SYSTEM, "routed"):
            self._event(session, demand, "queued", SYSTEM, State.ACCEPTED, reason=routed.reason)

    def assign_by_staff(self, demand_no: str, station_id: str, actor: Actor, reason: str, version: int) -> None:
        """Staff choose the station. Raises CaseError."""
        now = self._clock()
        with self._db.begin() as session:
            demand = self._open(session, demand_no, "assign", version)
            previous = demand.liaison
            candidate = _candidate(demand, station_id)
            if not self._assign(session, demand, candidate, actor, "assigned", reason):
                raise CaseError("该服务站现在不能接新需求：未运行、已满或没有可用的联络员。")
            if previous is not None and previous.id != demand.liaison_pk:
                self._tell.to_liaison(session, demand, previous, "gone", now)
            reasons = "；".join(candidate.reasons) or "由工作人员选定"
            self._tell_assigned(session, demand, "assigned", reasons=reasons)

    def _assign_first(
        self, session: Session, demand: Demand, candidates: Sequence[Candidate], actor: Actor, kind: str
    ) -> bool:
        return any(self._assign(session, demand, candidate, actor, kind) for candidate in candidates)

    def _assign(
        self, session: Session, demand: Demand, candidate: Candidate, actor: Actor, kind: str, reason: str | None = None
    ) -> bool:
        """False when the station cannot take it (any more): switched off, full, nobody there."""
        now = self._clock()
        station = stored.locked_station(session, candidate.station_id)
        if station is None or station.status != "运行":
            return False
        if stored.open_cases(session, station.id, sorted(OPEN)) >= station.capacity:
            return False
        liaison = on_duty(station.liaisons, calendar.chengdu_date(now))
        demand.station, demand.liaison = station, liaison
        demand.station_pk, demand.liaison_pk = station.id, liaison.id if liaison else None
        text = reason or "；".join(candidate.reasons)
        self._move(session, demand, State.AWAITING_PICKUP, kind, actor, reason=text, station_id=station.station_id)
        if liaison is not None:
            reasons = "；".join(candidate.reasons) or text
            self._tell.to_liaison(session, demand, liaison, "assigned", now, reasons=reasons)
        return True

    # --- what liaisons do -----------------------------------------------------

    def take(self, demand_no: str, actor: Actor, version: int) -> None:
        """签收. Raises CaseError."""
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "take", actor, version)
            demand.liaison_pk = actor.liaison_pk
            self._move(session, demand, State.TAKEN, "taken", actor)
            self._tell_station(session, demand, "taken", liaison=actor.name)

    def contacted(self, demand_no: str, actor: Actor, version: int, note: str = "") -> None:
        """已联系. Raises CaseError."""
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "contact", actor, version)
            self._move(session, demand, State.CONTACTED, "contacted", actor, reason=note or None)
            self._tell_station(session, demand, "contacted")

    def progress(self, demand_no: str, actor: Actor, version: int, state: State, note: str) -> None:
        """诊断中 or 对接中, with what was found. Raises CaseError."""
        action = {State.DIAGNOSING: "diagnose", State.MATCHING: "match"}[state]
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, action, actor, version)
            self._move(session, demand, state, state.value, actor, reason=note)
            self._tell_station(session, demand, "progress", state=state.label, note=note)

    def note(self, demand_no: str, actor: Actor, version: int, note: str) -> None:
        """A line for the record; the enterprise is not told. Raises CaseError."""
        if not note.strip():
            raise CaseError("请写下记录的内容。")
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "note", actor, version)
            self._event(session, demand, "note", actor, State(demand.state), reason=note.strip()[:1000])
            self._raise_version(demand)

    def close(self, demand_no: str, actor: Actor, version: int, outcome: str, note: str = "") -> None:
        """办结 with an outcome of bot.core.case.OUTCOMES. Raises CaseError."""
        if outcome not in OUTCOMES:
            raise CaseError("请选择办结结果。")
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "close", actor, version)
            demand.outcome = outcome
            label = OUTCOMES[outcome]
            self._move(session, demand, State.CLOSED, "closed", actor, reason=note or None, data={"outcome": outcome})
            choices = [
                {"title": texts.choice("score", score=score), "payload": _rate_payload(demand.demand_no, score)}
                for score in range(1, 6)
            ]
            self._tell.to_enterprise(
                session, demand, "closed", self._clock(), {"choices": choices}, outcome=label, note=note
            )

    def refer(self, demand_no: str, actor: Actor, version: int, to: int | str, reason: str) -> None:
        """转派 to a colleague (liaison's number) or to another station (station_id). Raises CaseError."""
        now = self._clock()
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "refer", actor, version)
            if isinstance(to, int):
                self._refer_to_colleague(session, demand, actor, to, reason)
                return
            previous = demand.station
            if not self._assign(session, demand, _candidate(demand, to), actor, "referred", reason):
                raise CaseError("对方服务站现在不能接新需求，请换一个，或退回。")
            self._tell_moved(session, demand, previous, "转到更合适的服务站")
            self._raise_version(demand)
            demand.updated_at = now

    def return_(self, demand_no: str, actor: Actor, version: int, reason: str, note: str = "") -> None:
        """退回: on to the next station; after the third return staff decide. Raises CaseError."""
        if reason not in RETURN_REASONS:
            raise CaseError("请选择退回的原因。")
        words = note.strip()[:500] if reason == "other" and note.strip() else RETURN_REASONS[reason]
        with self._db.begin() as session:
            demand = self._mine(session, demand_no, "return", actor, version)
            previous = demand.station
            self._give_back(session, demand, "returned", actor, words, {"code": reason, "note": note})
            again, query = demand.returns < MAX_RETURNS, self._query(session, demand)
            name = previous.name if previous else ""
        self._go_on(demand_no, query if again else None, name, words, "returned")

    # --- the enterprise -------------------------------------------------------

    def record_share_consent(self, demand_no: str, sender_id: str, station_id: str, agree: bool) -> str | None:
        """The station's name; None when the demand is no longer there or with another person."""
        now = self._clock()
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.sender_id != sender_id or demand.station is None:
                return None
            if demand.station.station_id != station_id:
                return None
            self._share_in(session, demand, station_id, agree)
            if agree and demand.liaison is not None:
                self._raise_version(demand)
                self._tell.to_liaison(session, demand, demand.liaison, "shared", now)
            return demand.station.name

    def rate(self, sender_id: str, score: int, comment: str, demand_no: str | None) -> bool:
        """Keeps the score of the latest closed demand; False when there is none to rate."""
        if not 1 <= score <= 5:
            raise ValueError("a score is between 1 and 5")
        with self._db.begin() as session:
            found = stored.of_sender(session, sender_id, demand_no)
            demand = next((one for one in found if one.state == State.CLOSED and one.score is None), None)
            if demand is None:
                return False
            demand.score = score
            actor = Actor("enterprise", sender_id[:60], "企业")
            self._event(session, demand, "rated", actor, State.CLOSED, reason=comment or None, data={"score": score})
            return True

    def withdraw(self, demand_no: str, actor: Actor, reason: str = "") -> None:
        """撤回 by the enterprise or staff. Raises CaseError."""
        now = self._clock()
        with self._db.begin() as session:
            demand = self._open(session, demand_no, "withdraw", None)
            self._move(session, demand, State.WITHDRAWN, "withdrawn", actor, reason=reason or None)
            if demand.liaison is not None:
                notices.cancel_waiting(session, str(demand.liaison.id), demand_no)
                self._tell.to_liaison(session, demand, demand.liaison, "withdrawn", now)
            self._tell.to_enterprise(session, demand, "withdrawn", now)

    def reject(self, demand_no: str, actor: Actor, version: int, reason: str) -> None:
        """不予受理 by staff, with a reason the enterprise reads. Raises CaseError."""
        if not reason.strip():
            raise CaseError("请写明不予受理的理由，企业会看到。")
        with self._db.begin() as session:
            demand = self._open(session, demand_no, "reject", version)
            self._move(session, demand, State.REJECTED, "rejected", actor, reason=reason)
            self._tell.to_enterprise(session, demand, "rejected", self._clock(), reason=reason)

    def status_for(self, sender_id: str, demand_no: str | None) -> list[Status]:
        """A person's demands, the latest first."""
        with self._db.read() as session:
            return [_status(demand) for demand in stored.of_sender(session, sender_id, demand_no)]

    # --- the clock ------------------------------------------------------------

    def tick(self, now: datetime) -> int:
        """Reminds, moves on what nobody took, and escalates; how many demands it looked at. Safe to repeat."""
        soon = calendar.due_at(now, self._limits.remind_before)
        with self._db.read() as session:
            due = stored.past_due(session, soon, sorted(OPEN | STAFF_QUEUE))
        for demand_no in due:
            self._tick_one(demand_no, now)
        return len(due)

    def _tick_one(self, demand_no: str, now: datetime) -> None:
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.due_at is None:
                return
            today, due = calendar.chengdu_date(now), calendar.chengdu_date(demand.due_at)
            over = calendar.working_days_between(due, today)
            if over > self._limits.remind_after and demand.state == State.AWAITING_PICKUP:
                previous = demand.station
                self._give_back(session, demand, "not_taken", SYSTEM, "超过签收期限", {})
                query = self._query(session, demand) if demand.returns < MAX_RETURNS else None
                name = previous.name if previous else ""
            else:
                self._remind(session, demand, over, now)
                return
        self._go_on(demand_no, query, name, "超过签收期限", "overdue")

    def _remind(self, session: Session, demand: Demand, over: int, now: datetime) -> None:
        """Once before and once after the limit; far over it, staff see it on the record."""
        if over >= self._limits.escalate_after:
            last = stored.last_event(session, demand.id)
            if last is None or last.kind != "escalated":
                self._event(session, demand, "escalated", SYSTEM, State(demand.state), reason=f"超期 {over} 个工作日")
            return
        if demand.liaison is not None and texts.step(demand.state):
            kind = "remind_after" if over >= self._limits.remind_after else "remind_before"
            self._tell.to_liaison(session, demand, demand.liaison, kind, now, step=texts.step(demand.state))

    # --- tokens ---------------------------------------------------------------

    def grant(self, secret: str) -> tuple[Actor, str, str, int]:
        """(actor, demand_no, action, version) of a token. Raises NotAllowed when it is unknown or over."""
        with self._db.read() as session:
            grant = case_tokens.grant_in(session, secret, self._clock())
            demand = session.get(Demand, grant.demand_id) if grant else None
            liaison = stored.liaison(session, grant.liaison_pk) if grant else None
            if grant is None or demand is None or liaison is None or not liaison.active:
                raise NotAllowed("链接或按钮已失效，请打开最新的通知。")
            return actor_of(liaison), demand.demand_no, grant.action, grant.version

    def liaison_by_telegram(self, telegram_id: int, secret: str) -> Actor:
        """The liaison who pressed a button. Raises NotAllowed for anyone but the token's own liaison."""
        with self._db.read() as session:
            grant = case_tokens.grant_in(session, secret, self._clock())
            liaison = stored.liaison(session, grant.liaison_pk) if grant else None
            if liaison is None or liaison.telegram_id != telegram_id or not liaison.active:
                raise NotAllowed("这条需求不是派给您的，不能操作。")
            return actor_of(liaison)

    def issue(self, demand_no: str, liaison_pk: int, actions: Sequence[str]) -> dict[str, str]:
        """Fresh tokens for the demand as it stands, by action."""
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None:
                raise CaseError("没有这条需求。")
            now = self._clock()
            return {action: case_tokens.issue_in(session, demand, liaison_pk, action, now) for action in actions}

    def colleagues(self, demand_no: str, liaison_pk: int) -> list[tuple[int, str]]:
        """(number, name) of the other active liaisons of the demand's station."""
        with self._db.read() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.station is None:
                return []
            return [(one.id, one.name) for one in demand.station.liaisons if one.active and one.id != liaison_pk]

    def describe(self, demand_no: str) -> Status | None:
        with self._db.read() as session:
            demand = stored.locked(session, demand_no)
            return _status(demand) if demand else None

    # --- parts ----------------------------------------------------------------

    def _mine(self, session: Session, demand_no: str, action: str, actor: Actor, version: int) -> Demand:
        """The demand for a liaison of its station, unchanged since they saw it."""
        demand = self._open(session, demand_no, action, version)
        liaison = stored.liaison(session, actor.liaison_pk) if actor.liaison_pk is not None else None
        if actor.kind == "staff":
            return demand
        if liaison is None or not liaison.active or liaison.station_pk != demand.station_pk:
            raise NotAllowed("这条需求不是派给贵站的，不能操作。")
        if demand.liaison_pk not in (None, liaison.id) and action == "take":
            self._only_a_stand_in(demand, liaison)
        return demand

    def _only_a_stand_in(self, demand: Demand, liaison: Liaison) -> None:
        assigned = demand.liaison
        today = calendar.chengdu_date(self._clock())
        if assigned is not None and assigned.active and not _is_absent(assigned, today):
            raise NotAllowed(f"这条需求派给了{assigned.name}，不能代签。")

    def _open(self, session: Session, demand_no: str, action: str, version: int | None) -> Demand:
        demand = stored.locked(session, demand_no)
        if demand is None:
            raise CaseError("没有这条需求。")
        state = State(demand.state)
        if (version is not None and demand.version != version) or not may(action, state):
            last = stored.last_event(session, demand.id)
            raise AlreadyHandled(last.actor_name if last else "别人", state)
        return demand

    def _move(self, session: Session, demand: Demand, state: State, kind: str, actor: Actor, **details: Any) -> None:
        before = State(demand.state)
        demand.state = state
        days = self._limits.of(state)
        demand.due_at = calendar.due_at(self._clock(), days) if days is not None else None
        self._raise_version(demand)
        self._event(session, demand, kind, actor, state, since=before, **details)

    def _raise_version(self, demand: Demand) -> None:
        demand.version += 1
        demand.updated_at = self._clock()

    def _event(
        self,
        session: Session,
        demand: Demand,
        kind: str,
        actor: Actor,
        state: State,
        *,
        since: State | None = None,
        reason: str | None = None,
        station_id: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        station = demand.station
        session.add(
            CaseEvent(
                demand_id=demand.id,
                at=self._clock(),
                kind=kind,
                state_from=since,
                state_to=state,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_name=actor.name,
                station_id=station_id or (station.station_id if station else None),
                reason=reason,
                data=data or {},
            )
        )
        session.flush()

    def _share_in(self, session: Session, demand: Demand, station_id: str, agree: bool) -> None:
        now = self._clock()
        sender = demand.sender_id or ""
        session.add(
            Consent(
                sender_id=sender,
                kind="share",
                notice_version=NOTICE_VERSION,
                given=agree,
                demand_id=demand.id,
                station_id=station_id,
                at=now,
            )
        )
        session.add(
            AuditEntry(
                at=now,
                actor_kind="enterprise",
                actor_id=sender[:60],
                actor_name="企业",
                action="contact_shared" if agree else "contact_not_shared",
                subject_kind="demand",
                subject_id=demand.demand_no,
                data={"station_id": station_id},
            )
        )
        session.flush()

    def _give_back(
        self, session: Session, demand: Demand, kind: str, actor: Actor, reason: str, data: dict[str, Any]
    ) -> None:
        """Takes the demand from its station; `returned` and `not_taken` events keep which one it was."""
        if demand.liaison is not None:
            notices.cancel_waiting(session, str(demand.liaison.id), demand.demand_no)
        demand.returns += 1
        self._move(session, demand, State.ACCEPTED, kind, actor, reason=reason, data=data)
        demand.station = demand.liaison = None
        demand.station_pk = demand.liaison_pk = None
        session.flush()

    def _query(self, session: Session, demand: Demand) -> RouteQuery:
        text = "。".join(part for part in (demand.problem, demand.goal) if part)
        return RouteQuery(
            text=text,
            title=demand.title,
            category=demand.category,
            district=demand.district,
            exclude=stored.stations_that_returned(session, demand.id),
        )

    def _go_on(self, demand_no: str, query: RouteQuery | None, previous: str, reason: str, kind: str) -> None:
        """Finds the next station outside of the transaction, then assigns it or leaves it to staff."""
        routed = self._route(query) if query is not None else None
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.state != State.ACCEPTED or demand.station_pk is not None:
                return
            candidates = routed.stations if routed and routed.decision == "auto" else []
            if routed is not None:
                demand.routing = _decision(routed)
            if candidates and self._assign_first(session, demand, candidates, SYSTEM, "rerouted"):
                station = demand.station
                name = station.name if station else ""
                self._tell_assigned(session, demand, kind, previous=previous, reason=reason, station=name)
                return
            self._event(session, demand, "queued", SYSTEM, State.ACCEPTED, reason=reason)
            now, due = self._clock(), due_words(demand)
            self._tell.to_enterprise(session, demand, "returned_staff", now, previous=previous, reason=reason, due=due)

    def _refer_to_colleague(self, session: Session, demand: Demand, actor: Actor, to: int, reason: str) -> None:
        colleague = stored.liaison(session, to)
        if colleague is None or not colleague.active or colleague.station_pk != demand.station_pk:
            raise CaseError("没有这位同事，请重新选择。")
        demand.liaison, demand.liaison_pk = colleague, colleague.id
        self._event(
            session, demand, "referred", actor, State(demand.state), reason=reason, data={"liaison": colleague.id}
        )
        self._raise_version(demand)
        self._tell.to_liaison(session, demand, colleague, "referred", self._clock())

    def _tell_station(self, session: Session, demand: Demand, kind: str, **values: Any) -> None:
        station = demand.station
        self._tell.to_enterprise(
            session,
            demand,
            kind,
            self._clock(),
            station=station.name if station else "",
            due=due_words(demand),
            **values,
        )

    def _tell_assigned(self, session: Session, demand: Demand, kind: str, **values: Any) -> None:
        """The new station, and the question whether it may have the contact."""
        now, station = self._clock(), demand.station
        if station is None:
            return
        named = {"station": station.name, "due": due_words(demand), **values}
        self._tell.to_enterprise(session, demand, kind, now, **named)
        if stored.share_consent(session, demand.id, station.station_id) is None:
            self._tell.ask_share(session, demand, station, now)

    def _tell_moved(self, session: Session, demand: Demand, previous: Station | None, reason: str) -> None:
        self._tell_assigned(session, demand, "returned", previous=previous.name if previous else "", reason=reason)


def on_duty(liaisons: Sequence[Liaison], day: date) -> Liaison | None:
    """The primary liaison; a backup when the primary is away; the primary all the same when everybody is."""
    active = sorted((one for one in liaisons if one.active), key=lambda one: (one.role != "primary", one.id))
    return next((one for one in active if not _is_absent(one, day)), active[0] if active else None)


def actor_of(liaison: Liaison) -> Actor:
    return Actor("liaison", str(liaison.id), liaison.name, liaison.id)


def _is_absent(liaison: Liaison, day: date) -> bool:
    start, end = liaison.absent_from, liaison.absent_until
    return (start is not None and start <= day) and (end is None or day <= end)


def _candidate(demand: Demand, station_id: str) -> Candidate:
    """The station with the reasons that routing gave for it, if it was on the short list."""
    for one in demand.routing.get("candidates", []):
        if one["station_id"] == station_id:
            return Candidate(station_id, one["name"], one["score"], list(one["reasons"]))
    return Candidate(station_id, station_id, 0.0, [])


def _decision(routed: Routed) -> dict[str, Any]:
    return {
        "decision": routed.decision,
        "reason": routed.reason,
        "candidates": [
            {"station_id": one.station_id, "name": one.name, "score": one.score, "reasons": list(one.reasons)}
            for one in routed.stations
        ],
    }


def _rate_payload(demand_no: str, score: int) -> str:
    return f'/rate{{"demand_no": "{demand_no}", "score": {score}}}'


def _status(demand: Demand) -> Status:
    state = State(demand.state)
    station = demand.station
    due = calendar.chengdu_date(demand.due_at) if demand.due_at else None
    return Status(demand.demand_no, demand.title, state, state.label, station.name if station else None, due)
