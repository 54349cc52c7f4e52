"""action_read_message: what every message changes in the draft, before anything is answered."""

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from bot.core import secrecy
from bot.core.intake import absorb, next_question
from bot.core.message import Absorbed, Invalid, Reading
from bot.core.routing import TOPICS_JOINED
from bot.services import container

PROPOSED = ("field", "category", "title")
MIN_OTHER_NEED = 6
"""Characters from which words that nobody is sure of are kept as a need of their own."""
CONFIRM = {"1": "share", "2": "noshare"}
_ONE_DIGIT = re.compile(r"^\s*(?:回复|选|第)?\s*([12１２①②一二])\s*(?:个|项|号)?\s*[.。、]?\s*$")
_DIGIT = {"１": "1", "２": "2", "①": "1", "②": "2", "一": "1", "二": "2"}
_SUBMIT = re.compile(r"^(?:确认)?提交(?:吧|了|哈|嘛)?[。!！]?$")


class ReadMessage(Action):
    """Takes the values of the message at hand into the draft."""

    def name(self) -> str:
        return "action_read_message"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if memory.reading(tracker).get("of") == memory.message_id(tracker):
            return []  # Rasa asks again when it starts a form
        services = container.current()
        draft = memory.draft(tracker)
        reading = _reading(tracker)
        if secrecy.tells_a_secret(reading.text):
            return _events(tracker, reading, Absorbed(invalid=Invalid("problem", "secret")))
        if _is_other_need(tracker, draft, reading):
            return [SlotSet("pending", "offer_resume"), SlotSet("previous_text", _kept(tracker, reading))]
        result = absorb(draft, reading, services.today())
        if reading.question == "confirm_summary":
            if tracker.get_slot("deciding"):
                _absorb_decision(tracker, reading, result)
            else:
                _absorb_confirmation(tracker, reading, result)
        merged = draft | result.updates
        if result.updates.get("consent") == "given":
            await asyncio.to_thread(services.intake.record_consent, tracker.sender_id, True)
        if next_question(merged) == "confirm_summary":
            result.updates |= await _proposals(merged)
        return _events(tracker, reading, result)


def _reading(tracker: Tracker) -> Reading:
    message = tracker.latest_message
    values: dict[str, Any] = {}
    invalid = None
    for entity in message.get("entities", []):
        if entity["entity"] == "invalid":
            invalid = invalid or Invalid(entity["value"]["field"], entity["value"]["code"])
        else:
            values.setdefault(entity["entity"], entity["value"])
    if "problem" in values:
        values["problem"] = secrecy.without_numbers(values["problem"])
    return Reading(
        text=secrecy.without_numbers(message.get("text") or ""),
        intent=memory.intent(tracker),
        values=values,
        question=memory.open_question(tracker),
        invalid=invalid,
    )


def _is_other_need(tracker: Tracker, draft: dict[str, Any], reading: Reading) -> bool:
    """A new need while an unfinished draft is put aside."""
    return (
        tracker.active_loop_name is None
        and draft.get("problem") is not None
        and (reading.intent in ("submit_demand", "inform") or _says_a_lot(reading))
        and reading.question != "rating"
    )


def _says_a_lot(reading: Reading) -> bool:
    """A need that nobody is sure of is not lost either."""
    return reading.intent == "nlu_fallback" and len(str(reading.values.get("problem") or "")) >= MIN_OTHER_NEED


def _kept(tracker: Tracker, reading: Reading) -> dict[str, Any]:
    """The new need; asking for a need again ("再提一个需求") does not replace one that was told."""
    before: dict[str, Any] = tracker.get_slot("previous_text") or {}
    if before and len(str(reading.values.get("problem") or "")) < len(str(before["values"].get("problem") or "")):
        return before
    intent = "inform" if reading.intent == "nlu_fallback" else reading.intent
    return {"text": reading.text, "intent": intent, "values": reading.values}


def _absorb_decision(tracker: Tracker, reading: Reading, result: Absorbed) -> None:
    """Which of two close stations; any other words leave it to staff, and the summary comes next."""
    choices = tracker.get_slot("deciding")
    named = [
        one["station_id"] for one in choices if any(word in reading.text for word in one["topic"].split(TOPICS_JOINED))
    ]
    chosen = reading.values.get("chosen") or (named[0] if len(named) == 1 else None)
    if chosen in [one["station_id"] for one in choices]:
        result.updates["chosen"] = chosen
    result.updates["deciding"] = []
    result.understood = True


def _absorb_confirmation(tracker: Tracker, reading: Reading, result: Absorbed) -> None:
    """1 and 2, a button, or plain agreement; anything that changed a field shows the summary again."""
    if result.changed or result.invalid or "previous" in result.updates:
        result.invalid = None if result.changed else result.invalid
        return
    digit = _ONE_DIGIT.match(reading.text)
    option = memory.payload(tracker, "option")
    if not option and digit:
        option = CONFIRM[_DIGIT.get(digit[1], digit[1])]
        if option == "noshare" and not (tracker.get_slot("station") or {}).get("station_id"):
            result.understood = False  # only 1 is on offer
            return
    if not option and (reading.intent == "affirm" or _SUBMIT.match(reading.text.strip())):
        option = "share"
    if option in ("share", "noshare"):
        result.updates["confirm_summary"] = option
        result.understood = True


async def _proposals(merged: dict[str, Any]) -> dict[str, Any]:
    """Field, category and title proposed from the text, where the person has not chosen."""
    editing = (merged.get("previous") or {}).get("key")
    wanted = [key for key in PROPOSED if merged.get(key) is None and key != editing]
    if not wanted:
        return {}
    proposal = await asyncio.to_thread(container.current().intake.propose, merged)
    return {key: proposal[key] for key in (*wanted, "keywords")}


def _events(tracker: Tracker, reading: Reading, result: Absorbed) -> list[EventType]:
    found = {
        "of": memory.message_id(tracker),
        "changed": result.changed,
        "invalid": [result.invalid.field, result.invalid.code] if result.invalid else None,
        "understood": result.understood,
        "added": result.added,
        "same": result.same,
        "goes_on": result.goes_on,
        "dropped": reading.text != (tracker.latest_message.get("text") or ""),
    }
    events: list[EventType] = [SlotSet("reading", found)]
    answers = memory.CONFIRMATIONS.get(str(tracker.get_slot("pending")))
    if answers is not None and reading.intent not in answers:
        events.append(SlotSet("pending", None))  # an agreement later on must not erase or withdraw anything
    return [*events, *(SlotSet(key, value) for key, value in result.updates.items())]
