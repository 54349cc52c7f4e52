"""The life of a demand: its states, who may change them, and their words (product design, "Life of a demand")."""

from enum import StrEnum


class State(StrEnum):
    """Where a demand stands; the values are stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    FORM_CHECK = "form_check"
    ACCEPTED = "accepted"
    AWAITING_PICKUP = "awaiting_pickup"
    TAKEN = "taken"
    CONTACTED = "contacted"
    DIAGNOSING = "diagnosing"
    MATCHING = "matching"
    AGREED = "agreed"
    LONG_TERM = "long_term"
    UNRESOLVED = "unresolved"
    CLOSED = "closed"
    ARCHIVED = "archived"
    SUPPLEMENT = "supplement"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "已提交",
    State.FORM_CHECK: "形式审核",
    State.ACCEPTED: "已受理",
    State.AWAITING_PICKUP: "待签收",
    State.TAKEN: "已签收",
    State.CONTACTED: "已联系",
    State.DIAGNOSING: "诊断中",
    State.MATCHING: "对接中",
    State.AGREED: "已达成",
    State.LONG_TERM: "长期攻关",
    State.UNRESOLVED: "未能解决",
    State.CLOSED: "已办结",
    State.ARCHIVED: "已归档",
    State.SUPPLEMENT: "退回补充",
    State.WITHDRAWN: "撤回",
    State.REJECTED: "不予受理",
    State.MERGED: "合并",
}
WITH_STATION = frozenset({State.TAKEN, State.CONTACTED, State.DIAGNOSING, State.MATCHING, State.LONG_TERM})
"""A station works on it."""
OPEN = WITH_STATION | {State.AWAITING_PICKUP}
"""Counts against the station's capacity."""
STAFF_QUEUE = frozenset({State.SUBMITTED, State.FORM_CHECK, State.ACCEPTED})
"""Waits for staff when no station is set."""
OVER = frozenset({State.CLOSED, State.ARCHIVED, State.WITHDRAWN, State.REJECTED, State.MERGED})
ALLOWED: dict[str, frozenset[State]] = {
    "take": frozenset({State.AWAITING_PICKUP}),
    "return": frozenset({State.AWAITING_PICKUP, State.TAKEN, State.CONTACTED}),
    "refer": OPEN,
    "contact": frozenset({State.TAKEN}),
    "diagnose": frozenset({State.TAKEN, State.CONTACTED}),
    "match": frozenset({State.CONTACTED, State.DIAGNOSING}),
    "note": OPEN,
    "close": WITH_STATION,
    "withdraw": STAFF_QUEUE | OPEN | {State.SUPPLEMENT},
    "assign": STAFF_QUEUE | OPEN,
    "reject": STAFF_QUEUE | {State.AWAITING_PICKUP},
}
"""What may be done in which state."""
ACTORS: dict[str, frozenset[str]] = {
    "take": frozenset({"liaison", "staff"}),
    "return": frozenset({"liaison", "staff"}),
    "refer": frozenset({"liaison", "staff"}),
    "contact": frozenset({"liaison", "staff"}),
    "diagnose": frozenset({"liaison", "staff"}),
    "match": frozenset({"liaison", "staff"}),
    "note": frozenset({"liaison", "staff"}),
    "close": frozenset({"liaison", "staff"}),
    "withdraw": frozenset({"enterprise", "staff"}),
    "assign": frozenset({"staff"}),
    "reject": frozenset({"staff"}),
}
"""Who may do it; a liaison only for the demands of the own station."""
EVENTS = {
    "take": "taken",
    "return": "returned",
    "refer": "referred",
    "contact": "contacted",
    "diagnose": "diagnosing",
    "match": "matching",
    "note": "note",
    "close": "closed",
    "withdraw": "withdrawn",
    "assign": "assigned",
    "reject": "rejected",
}
"""The event on the record that an action leaves."""
GAVE_BACK = ("returned", "not_taken", "unreached")
"""Events after which a station does not get the demand again."""
RETURN_REASONS = {
    "not_our_field": "不属于本站领域",
    "no_capacity": "力量不足",
    "out_of_area": "不在服务范围",
    "too_little": "信息不足",
    "duplicate": "重复",
    "other": "其他",
}
OUTCOMES = {"agreed": "已达成", "long_term": "长期攻关", "unresolved": "未能解决"}
MAX_RETURNS = 3
"""The return after which staff decide."""


def may(action: str, state: str, actor_kind: str | None = None) -> bool:
    """True when `action` is possible in `state`, and for this kind of actor when one is named."""
    return State(state) in ALLOWED[action] and (actor_kind is None or actor_kind in ACTORS[action])
