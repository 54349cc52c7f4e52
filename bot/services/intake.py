"""The intake's use cases: consent, proposals, finding a station, submitting."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rapidfuzz import fuzz

from bot.core.calendar import chengdu_date
from bot.core.case import State
from bot.core.demand import Budget, enterprise_match_key, quality_score
from bot.core.demand_query import query_of_demand
from bot.core.routing import Candidate, FieldGuess, Routed, RouteQuery
from models import Consent, Database, Demand
from models.repositories import intake as stored

if TYPE_CHECKING:
    from bot.services.cases import CaseService
    from bot.services.codes import CodeGuesses
    from bot.services.conversations import ConversationLog
    from bot.services.routing import RoutingService

NOTICE_VERSION = "2026-11"
"""Of the text that is shown before anything is kept; raise it with the text."""
DUPLICATE_LIKENESS = 85
"""Percent of likeness from which a demand of the same enterprise is shown as a suspected duplicate."""
COMPARED_DEMANDS = 100
"""Latest demands of the enterprise that a new one is compared with."""


class Proposes(Protocol):
    """Proposes title, category, field, keywords and codes from a text."""

    def propose(self, problem: str, goal: str | None = None, enterprise_name: str | None = None) -> Any: ...

    def codes(self, text: str) -> "CodeGuesses": ...


class IntakeService:
    """What the conversation does to the stored world."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        routing: "RoutingService",
        proposals: Proposes,
        cases: "CaseService",
        conversations: "ConversationLog",
        media_dir: Path | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._routing = routing
        self._proposals = proposals
        self._cases = cases
        self._conversations = conversations
        self._media_dir = media_dir

    def has_consent(self, sender_id: str) -> bool:
        """True when this person agreed to the notice in force and has not withdrawn."""
        with self._db.read() as session:
            return stored.consent_on_record(session, sender_id, "collect", NOTICE_VERSION) is not None

    def record_consent(self, sender_id: str, given: bool) -> None:
        """Keeps the agreement (PIPL art. 14); a second yes to the same notice is not written again."""
        with self._db.begin() as session:
            if given and stored.consent_on_record(session, sender_id, "collect", NOTICE_VERSION):
                return
            session.add(
                Consent(
                    sender_id=sender_id,
                    kind="collect",
                    notice_version=NOTICE_VERSION,
                    given=given,
                    at=self._clock(),
                )
            )

    def refuse_consent(self, sender_id: str) -> None:
        """Nothing of the conversation stays."""
        self._forget(sender_id)

    def erase(self, sender_id: str) -> list[str]:
        """Deletes what is kept about a person; running demands stay without identity (PIPL art. 47)."""
        with self._db.begin() as session:
            left = stored.erase_person(session, sender_id, self._clock())
        self._forget(sender_id)
        return left

    def _forget(self, sender_id: str) -> None:
        for path in self._conversations.forget(sender_id):
            if self._media_dir is not None:
                (self._media_dir / path).unlink(missing_ok=True)

    def request_handoff(self, sender_id: str, reason: str) -> None:
        """Shows the conversation to staff as waiting for a person."""
        self._conversations.request_handoff(sender_id, reason)

    def propose(self, draft: dict[str, Any]) -> dict[str, Any]:
        """{title, category, field, keywords} for a draft."""
        found = self._proposals.propose(draft["problem"], draft.get("goal"), draft.get("enterprise_name"))
        return {
            "title": found.title,
            "category": found.category,
            "field": found.field,
            "keywords": list(found.keywords),
        }

    def find_station(self, draft: dict[str, Any]) -> dict[str, Any]:
        """{station_id, name, reasons} of the station the draft would go to, with the whole decision."""
        routed = self._cases.hold(draft.get("draft_id") or "", self._routing.route(_query(draft)))
        best = routed.stations[0] if routed.decision == "auto" and routed.stations else None
        return {
            "station_id": best.station_id if best else None,
            "name": best.name if best else None,
            "reasons": list(best.reasons) if best else [],
            "decision": routed.decision,
            "why": routed.reason,
            "question": asdict(routed.question) if routed.question else None,
            "field": [routed.field.code, routed.field.name],
            "candidates": [asdict(one) for one in routed.stations],
            "equals": [asdict(one) for one in routed.equals],
            "waiting": [asdict(one) for one in routed.waiting],
        }

    def submit(
        self, sender_id: str, draft: dict[str, Any], station: dict[str, Any], share_with: str | None
    ) -> dict[str, Any]:
        """Stores the demand, opens its case and tells the liaison, in one transaction.

        Returns {demand_no, station, reasons, due_date}. A draft that was submitted before gives the same answer.
        """
        with self._db.begin() as session:
            known = stored.demand_of_draft(session, draft["draft_id"])
            if known is not None:
                return self._answer(known)
            demand = self._demand(session, sender_id, draft)
            session.add(demand)
            session.flush()
            stored.attach_to_demand(session, sender_id, demand.id)
            self._cases.open_in(session, demand, _routed(station), share_with)
            session.flush()
            return self._answer(demand)

    def _answer(self, demand: Demand) -> dict[str, Any]:
        station = demand.station
        due = demand.due_at or self._clock()
        candidates = demand.routing.get("candidates", [])
        reasons: list[str] = next(
            (one["reasons"] for one in candidates if station and one["station_id"] == station.station_id), []
        )
        return {
            "demand_no": demand.demand_no,
            "station": station.name if station else None,
            "reasons": list(reasons),
            "due_date": chengdu_date(due),
        }

    def _demand(self, session: Any, sender_id: str, draft: dict[str, Any]) -> Demand:
        now = self._clock()
        today = chengdu_date(now)
        enterprise = stored.enterprise(
            session,
            draft["enterprise_name"],
            enterprise_match_key(draft["enterprise_name"]),
            {"district": draft["district"], "zone": draft.get("zone"), "uscc": draft.get("uscc")},
            now,
        )
        contact = stored.contact(
            session,
            sender_id,
            draft["contact_name"],
            draft["phone"],
            self._db.cipher.fingerprint(draft["phone"]),
            enterprise.id,
            now,
        )
        values = _values(draft)
        codes = self._proposals.codes(_query(draft).whole)
        return Demand(
            **values,
            industry_code=codes.proposed_industry(),
            discipline_codes=codes.proposed_disciplines(),
            strategic_code=codes.proposed_strategic(),
            demand_no=_number(today, stored.draw_number(session, today.strftime("%Y%m%d"))),
            draft_id=draft["draft_id"],
            sender_id=sender_id,
            state=State.SUBMITTED,
            enterprise=enterprise,
            contact=contact,
            duplicate_of=_duplicate_of(
                values["problem"], stored.problems_of_enterprise(session, enterprise.id, COMPARED_DEMANDS)
            ),
            submitted_at=now,
            updated_at=now,
        )


def _number(day: date, number: int) -> str:
    return f"CD-{day:%Y%m%d}-{number:04d}"


def _values(draft: dict[str, Any]) -> dict[str, Any]:
    """The columns that come straight from the draft."""
    budget = Budget.of(draft["budget"])
    indicators = draft["indicators"] if isinstance(draft["indicators"], list) else []
    goal = draft.get("goal") or ("无" if draft["indicators"] == "无" else None)
    return {
        "title": draft["title"],
        "category": draft["category"],
        "problem": _problem(draft),
        "indicators": indicators,
        "goal": goal,
        "current_base": draft.get("current_base"),
        "invested": draft.get("invested"),
        "field": draft["field"],
        "keywords": draft.get("keywords") or [],
        "coop_mode": draft.get("coop_mode"),
        "budget_kind": budget.kind,
        "budget_min": budget.min,
        "budget_max": budget.max,
        "deadline": draft["deadline"],
        "urgency": draft.get("urgency"),
        "district": draft["district"],
        "zone": draft.get("zone"),
        "quality_score": quality_score({**draft, "goal": goal, "indicators": indicators}),
    }


def _problem(draft: dict[str, Any]) -> str:
    """The problem in the person's words; a short one is told together with the goal."""
    problem = str(draft["problem"])
    goal = draft.get("goal")
    return f"{problem}。希望：{goal}" if len(problem) < 20 and goal else problem


def _duplicate_of(problem: str, earlier: list[tuple[str, str]]) -> str | None:
    """The newest like demand of (demand_no, problem), newest first."""
    like = (number for number, text in earlier if fuzz.token_set_ratio(problem, text) >= DUPLICATE_LIKENESS)
    return next(like, None)


def _query(draft: dict[str, Any]) -> RouteQuery:
    return query_of_demand(
        draft["problem"],
        draft.get("goal"),
        draft.get("title"),
        draft.get("category"),
        draft.get("district"),
        enterprise_name=draft.get("enterprise_name"),
        chosen=draft.get("chosen"),
    )


def _routed(station: dict[str, Any]) -> Routed:
    """The decision that the person saw in the summary."""
    return Routed(
        stations=[Candidate(**one) for one in station.get("candidates", [])],
        field=FieldGuess(*station.get("field", ["", ""])),
        decision=station.get("decision", "review"),
        reason=station.get("why"),
        equals=[Candidate(**one) for one in station.get("equals", [])],
        waiting=[Candidate(**one) for one in station.get("waiting", [])],
    )
