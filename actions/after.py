"""After submitting: where it stands, a person, a score, the agreement to share."""

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.texts import Texts
from bot.core import wording
from bot.services import container

_SCORE = re.compile(r"[1-5１-５一二三四五]")
_SCORES = {char: number for number, char in enumerate("一二三四五", 1)} | dict(
    zip("１２３４５", range(1, 6), strict=True)
)


class Status(Action):
    def name(self) -> str:
        return "action_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        number = wording.demand_number(tracker.latest_message.get("text") or "")
        rows = await asyncio.to_thread(container.current().cases.status_for, tracker.sender_id, number)
        has_draft = tracker.get_slot("problem") is not None and tracker.active_loop_name is None
        if not rows and not (has_draft and number is None):
            name = "utter_status_unknown" if number else "utter_status_none"
            dispatcher.utter_message(text=texts.pick(name, demand_no=number))
            return []
        lines = [_line(row, texts) for row in rows[:5]]
        if has_draft:
            lines.append(texts.pick("utter_status_draft"))
        dispatcher.utter_message(text="\n".join(lines))
        return []


def _line(row: Any, texts: Texts) -> str:
    station = f"（{row.station}）" if row.station else ""
    due = f"，{wording.date_words(row.due)}前有下一步" if row.due else ""
    return texts.pick(
        "utter_status_line",
        demand_no=row.demand_no,
        title=row.title,
        state=row.state_label,
        station=station,
        due=due,
    )


class Handoff(Action):
    """A person is asked for; staff see it at once."""

    def name(self) -> str:
        return "action_handoff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await asyncio.to_thread(container.current().intake.request_handoff, tracker.sender_id, "asked")
        times, remember = memory.count(tracker, "handoff")
        dispatcher.utter_message(text=Texts(domain).pick("utter_handoff", times))
        return [remember]


class Rate(Action):
    """One to five after closing, and what else was said."""

    def name(self) -> str:
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        text = tracker.latest_message.get("text") or ""
        score = memory.payload(tracker, "score") or _score(text)
        if score is None:
            dispatcher.utter_message(text=texts.pick("utter_ask_rating"))
            return [SlotSet("pending", "rating")]
        comment = "" if text.startswith("/") else text
        rated = await asyncio.to_thread(
            container.current().cases.rate,
            tracker.sender_id,
            int(score),
            comment,
            memory.payload(tracker, "demand_no"),
        )
        dispatcher.utter_message(text=texts.pick("utter_rated" if rated else "utter_nothing_to_rate"))
        return [SlotSet("pending", None)]


def _score(text: str) -> int | None:
    found = _SCORE.search(text)
    return None if not found else _SCORES.get(found[0]) or int(found[0])


class ShareConsent(Action):
    """Yes or no to a station that was named later (PIPL art. 23)."""

    def name(self) -> str:
        return "action_share_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        agree = memory.payload(tracker, "agree") == "yes"
        station = await asyncio.to_thread(
            container.current().cases.record_share_consent,
            str(memory.payload(tracker, "demand_no")),
            tracker.sender_id,
            str(memory.payload(tracker, "station_id")),
            agree,
        )
        name = "utter_share_unknown" if station is None else "utter_shared" if agree else "utter_not_shared"
        dispatcher.utter_message(text=Texts(domain).pick(name, station=station))
        return []
