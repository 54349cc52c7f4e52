"""What an action knows of the conversation, and what it leaves for the next one."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot.core.intake import ORDER

FIELDS = (
    *ORDER[1:-1],
    "goal",
    "zone",
    "uscc",
    "coop_mode",
    "urgency",
    "field",
    "category",
    "title",
    "invested",
)
OF_THE_PERSON = ("enterprise_name", "district", "zone", "contact_name", "phone", "uscc")
"""Kept for the next demand of the same person."""
OF_THE_DEMAND = (
    *(key for key in FIELDS if key not in OF_THE_PERSON),
    "current_base",
    "keywords",
    "confirm_summary",
    "draft_id",
    "previous",
    "station",
    "reading",
    "needs",
    "detailed",
    "chosen",
    "deciding",
)


CONFIRMATIONS = {
    "confirm_erase": ("affirm", "deny", "delete_my_data"),
    "confirm_withdraw": ("affirm", "deny"),
}
"""Intents that answer a question whether to do what cannot be undone; any other message takes the question back."""


def draft(tracker: Tracker) -> dict[str, Any]:
    """The slots that make up the draft."""
    keys = (
        *FIELDS,
        "consent",
        "confirm_summary",
        "previous",
        "current_base",
        "keywords",
        "draft_id",
        "needs",
        "detailed",
        "chosen",
    )
    return {key: tracker.get_slot(key) for key in keys}


def reading(tracker: Tracker) -> dict[str, Any]:
    """What action_read_message found in the message at hand: {of, changed, invalid, understood}."""
    return tracker.get_slot("reading") or {}


def message_id(tracker: Tracker) -> str | None:
    """Rasa's id of the message at hand."""
    return next((event.get("message_id") for event in reversed(tracker.events) if event["event"] == "user"), None)


def intent(tracker: Tracker) -> str:
    return str(tracker.latest_message.get("intent", {}).get("name") or "nlu_fallback")


def open_question(tracker: Tracker) -> str | None:
    """The field key or pending matter that waits for an answer."""
    question: str | None = tracker.get_slot("requested_slot") if tracker.active_loop_name else None
    pending: str | None = tracker.get_slot("pending")
    if intent(tracker) in CONFIRMATIONS.get(str(pending), ()):
        return pending
    return question or pending


def count(tracker: Tracker, name: str) -> tuple[int, EventType]:
    """How often `name` was said before, and the event that remembers that it is said now."""
    asked = dict(tracker.get_slot("asked") or {})
    times = int(asked.get(name, 0))
    asked[name] = times + 1
    return times, SlotSet("asked", asked)


def payload(tracker: Tracker, entity: str) -> Any:
    """The value that a button carried."""
    return next(
        (item["value"] for item in tracker.latest_message.get("entities", []) if item["entity"] == entity),
        None,
    )


def forget_demand() -> list[EventType]:
    """Clears the draft but what is known of the person."""
    return [SlotSet(key, None) for key in OF_THE_DEMAND]
