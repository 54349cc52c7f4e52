"""Answers beside the intake: questions, small talk, explanations, and not understanding."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.after import Rate
from actions.flow import OfferResume
from actions.texts import Texts
from bot.services import container

NEEDS_NOTHING_OPEN = ("affirm", "deny", "skip", "correct", "choose")
KINDS = ("image", "voice", "video", "link", "location")


COMMENTS = ("chitchat", "abuse", "out_of_scope")
"""What may as well be the line that follows a score."""


class Answer(Action):
    """Answers by intent, never with the same sentence twice in a row."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        intent = memory.intent(tracker)
        in_form = tracker.active_loop_name is not None
        if intent in COMMENTS and not in_form and tracker.get_slot("rated"):
            return await Rate().run(dispatcher, tracker, domain)
        name = _nothing_open(tracker, intent) if intent in NEEDS_NOTHING_OPEN else f"utter_{intent}"
        name = "utter_greet" if intent == "subscribed" else name
        if in_form and intent in ("greet", "goodbye", "subscribed"):
            name = "utter_goodbye_form" if intent == "goodbye" else "utter_greet_form"
        times, remember = memory.count(tracker, name)
        dispatcher.utter_message(text=Texts(domain).pick(name, times, demand_no=tracker.get_slot("last_no")))
        return [remember]


def _nothing_open(tracker: Tracker, intent: str) -> str:
    """A yes, a no or a correction while no question is open."""
    if tracker.get_slot("problem") is not None:
        return "utter_nothing_open_draft"
    if intent == "correct" and tracker.get_slot("last_no") is not None:
        return "utter_submitted_already"
    return "utter_nothing_open"


class Explain(Action):
    """Why the open question is asked."""

    def name(self) -> str:
        return "action_explain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        name = f"utter_explain_{memory.open_question(tracker)}"
        dispatcher.utter_message(text=texts.pick(name if texts.has(name) else "utter_explain"))
        return []


class Received(Action):
    """A picture, voice message, place or link was kept."""

    def name(self) -> str:
        return "action_received"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        kind = str(memory.payload(tracker, "kind"))
        name = f"utter_received_{kind if kind in KINDS else 'unsupported'}"
        times, remember = memory.count(tracker, name)
        dispatcher.utter_message(text=Texts(domain).pick(name, times))
        return [remember]


class Unsure(Action):
    """Not understood: another question, then the likeliest readings, then a person."""

    def name(self) -> str:
        return "action_unsure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if tracker.get_slot("rated") and tracker.active_loop_name is None:
            return await Rate().run(dispatcher, tracker, domain)
        if tracker.get_slot("pending") == "offer_resume" and tracker.get_slot("previous_text"):
            return await OfferResume().run(dispatcher, tracker, domain)
        texts = Texts(domain)
        times = int(tracker.get_slot("rephrased") or 0)
        buttons = _likeliest(tracker, texts) if times == 1 else []
        if times >= 2:
            container.current().intake.request_handoff(tracker.sender_id, "not_understood")
        dispatcher.utter_message(text=texts.pick("utter_unsure", min(times, 2)), buttons=buttons)
        return [SlotSet("rephrased", (times + 1) % 3)]


def _likeliest(tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
    """Three readings that differ in what they say."""
    ranking = [item["name"] for item in tracker.latest_message.get("intent_ranking", [])]
    found: dict[str, str] = {}
    for name in (*ranking, "submit_demand", "ask_status", "handoff"):
        if texts.has(f"utter_reading_{name}"):
            found.setdefault(texts.pick(f"utter_reading_{name}"), f"/{name}")
    return [{"title": title, "payload": payload} for title, payload in list(found.items())[:3]]
