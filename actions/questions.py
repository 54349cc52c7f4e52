"""action_ask_…: one question a message, with what was just understood in front of it."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.form import FIRM, SOFT
from actions.lead import lead_words
from actions.texts import Texts
from bot.core import wording
from bot.core.demand import CATEGORIES, FIELDS
from bot.core.intake import SKIPPABLE, wants_detail
from bot.services import container

QUIET = ("goodbye",)
"""Intents after which nothing is asked again."""
EXPLAINED_AFTER = 2
"""Failed validations of one field after which it is explained with an example (product design)."""
LAST_VARIANT = 2
"""The variant of a question that holds the example."""


class Ask(Action):
    """Asks for one field."""

    key = ""

    def name(self) -> str:
        return f"action_ask_{self.key}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if memory.intent(tracker) in QUIET and self.is_aside(tracker):
            return []
        texts = Texts(domain)
        if (tracker.get_slot("asked") or {}).get("key") == self.key and self.is_aside(tracker):
            return self._again(dispatcher, tracker, texts)
        asked = dict(tracker.get_slot("asked") or {})
        lead = lead_words(tracker, texts, asked)
        turn = asked.get("n", 0) + 1 if asked.get("key") == self.key else 0
        asked |= {"key": self.key, "n": turn, "asides": 0}
        question = self.question(tracker, texts, turn)
        buttons = self.buttons(tracker, texts)
        if memory.reading(tracker).get("invalid") and not buttons:
            way_out, buttons = await ways_out(tracker, texts, self.key, asked)
            question = way_out or question
        dispatcher.utter_message(text="\n".join(part for part in (lead, question) if part), buttons=buttons)
        return [SlotSet("asked", asked)]

    def is_aside(self, tracker: Tracker) -> bool:
        """True when the message was answered by a rule and changed nothing."""
        return memory.intent(tracker) in FIRM | SOFT and not memory.reading(tracker).get("changed")

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        return texts.pick(f"utter_ask_{self.key}", turn)

    def buttons(self, tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
        return []

    def _again(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> list[EventType]:
        """After a digression the question comes back in short, once."""
        asked = dict(tracker.get_slot("asked") or {})
        asides = asked.get("asides", 0) + 1
        asked |= {"key": self.key, "asides": asides}
        buttons = self.buttons(tracker, texts)
        if asides == 1:
            asked["n"] = asked.get("n", 0) + 1
            question = self.question(tracker, texts, asked["n"])
            dispatcher.utter_message(text=texts.pick("utter_back_to", asides - 1, question=question), buttons=buttons)
        return [SlotSet("asked", asked)]


async def ways_out(tracker: Tracker, texts: Texts, key: str, asked: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """After a second failure of one field an example and three ways on; after the third a person is called, once."""
    fails = (asked.get("fails") or {}).get(key, 0)
    if fails < EXPLAINED_AFTER:
        return "", []
    skip = [{"title": texts.pick("utter_way_skip"), "payload": "/skip"}] if key in SKIPPABLE else []
    ways = [
        *skip,
        {"title": texts.pick("utter_way_later"), "payload": "/cancel"},
        {"title": texts.pick("utter_way_person"), "payload": "/handoff"},
    ]
    if fails == EXPLAINED_AFTER:
        return texts.pick(f"utter_ask_{key}", LAST_VARIANT), ways
    if fails == EXPLAINED_AFTER + 1:
        await asyncio.to_thread(container.current().intake.request_handoff, tracker.sender_id, "stuck")
    return texts.pick("utter_stuck", fails - EXPLAINED_AFTER - 1), ways


class AskConsent(Ask):
    key = "consent"

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        said = texts.pick("utter_consent_said") if tracker.get_slot("problem") else ""
        return texts.pick("utter_ask_consent", turn, said=said)

    def buttons(self, tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
        return [{"title": "同意", "payload": "/affirm"}, {"title": "不同意", "payload": "/deny"}]

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        asked = dict(tracker.get_slot("asked") or {})
        if asked.get("key") == self.key and self.is_aside(tracker):
            return await super().run(dispatcher, tracker, domain)
        turn = asked.get("n", 0) + 1 if asked.get("key") == self.key else 0
        texts = Texts(domain)
        heard = memory.reading(tracker)
        lead = lead_words(tracker, texts, asked) if heard.get("invalid") or (turn and heard.get("changed")) else ""
        question = self.question(tracker, texts, turn)
        dispatcher.utter_message(
            text="\n".join(part for part in (lead, question) if part), buttons=self.buttons(tracker, texts)
        )
        return [SlotSet("asked", asked | {"key": self.key, "n": turn, "asides": 0})]


class AskField(Ask):
    key = "field"

    def buttons(self, tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
        return _options("field", FIELDS)


class AskCategory(Ask):
    key = "category"

    def buttons(self, tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
        return _options("category", CATEGORIES)


class AskProblem(Ask):
    key = "problem"


class AskFocus(Ask):
    """Several needs in one text: which first?"""

    key = "focus"

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        return texts.pick("utter_ask_focus", turn, count=len(tracker.get_slot("needs") or []))

    def buttons(self, tracker: Tracker, texts: Texts) -> list[dict[str, str]]:
        apart = tracker.get_slot("needs") or []
        titles = [*(wording.shorten(one, 30) for one in apart), texts.pick("utter_focus_whole")]
        return [
            {"title": title, "payload": f'/inform{{"focus": "{place if place <= len(apart) else "whole"}"}}'}
            for place, title in enumerate(titles, start=1)
        ]


class AskIndicators(Ask):
    """A need that is too general gets its second question here, once."""

    key = "indicators"

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        if wants_detail(memory.draft(tracker)):
            return texts.pick("utter_ask_detail")
        return super().question(tracker, texts, turn)


class AskBudget(Ask):
    key = "budget"


class AskDeadline(Ask):
    key = "deadline"


class AskEnterpriseName(Ask):
    """Asks for the place along with the name, as people tell both in one breath."""

    key = "enterprise_name"

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        if turn == 0 and tracker.get_slot("district") is None:
            return texts.pick("utter_ask_enterprise_and_district")
        return super().question(tracker, texts, turn)


class AskDistrict(Ask):
    key = "district"


class AskContactName(Ask):
    key = "contact_name"

    def question(self, tracker: Tracker, texts: Texts, turn: int) -> str:
        known = tracker.get_slot("phone") is not None
        return texts.pick("utter_ask_contact_name", max(turn, 1) if known else turn)


class AskPhone(Ask):
    key = "phone"


class AskTitle(Ask):
    key = "title"


def _options(key: str, values: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"title": value, "payload": f'/inform{{"{key}": "{value}"}}'} for value in values]
