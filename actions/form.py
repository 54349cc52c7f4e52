"""validate_demand_form: whether the form goes on, or a rule answers first."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory

FORM = "demand_form"
FIRM = frozenset(
    {
        *("faq_fee", "faq_what", "faq_process", "faq_privacy", "cancel", "resume", "handoff", "ask_status"),
        *("my_data", "delete_my_data", "share_consent", "user_sent", "subscribed", "withdraw"),
    }
)
"""Intents that a rule answers in any case; values that came along are kept."""
SOFT = frozenset({"greet", "goodbye", "help", "explain", "chitchat", "abuse", "out_of_scope"})
"""Intents that a rule answers unless the message answered the question as well."""


class ValidateDemandForm(Action):
    """Values were validated when the message was read; this only decides who speaks next."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if not _a_rule_spoke(tracker) and _a_rule_speaks(tracker):
            return [ActionExecutionRejected(FORM)]
        # Says to the form that the message was looked at, so that it asks again and does not give up.
        return [SlotSet("reading", memory.reading(tracker))]


def _a_rule_speaks(tracker: Tracker) -> bool:
    intent = memory.intent(tracker)
    if tracker.get_slot("pending") in memory.CONFIRMATIONS and intent in ("affirm", "deny"):
        return True
    if memory.reading(tracker).get("goes_on"):
        return False
    if intent == "deny":
        return bool(tracker.get_slot("requested_slot") == "consent")
    return intent in FIRM or (intent in SOFT and not memory.reading(tracker).get("changed"))


def _a_rule_spoke(tracker: Tracker) -> bool:
    """True when the form stood back for this message already, or was started by the action that answered it."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] in ("action_execution_rejected", "followup"):
            return True
    return False
