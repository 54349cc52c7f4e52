"""After submitting: where it stands, a person, a score, the agreement to share."""

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.flow import begin_with
from actions.texts import Texts
from bot.core import wording
from bot.services import container

_LATEST = re.compile("上次|上一|上回|刚才|刚刚|最近|最新|刚[提交报]")
_ASKS_FOR_HELP = re.compile(
    "(?:想|要|需要|请|找)[^，。]{0,6}(?:专家|解决|对接|攻关|研发|改造|检测)|(?:提|报)[^，。]{0,3}需求"
)
MOST_SHOWN = 9
_SCORE = re.compile(r"(?:^|打|给|评|[^\d一二三四五])([1-5１-５一二三四五])\s*(?:分|星|$|[,，。!！ ])")
NO_COMMENT = frozenset({"affirm", "deny", "skip"})
_SCORES = {char: number for number, char in enumerate("一二三四五", 1)} | dict(
    zip("１２３４５", range(1, 6), strict=True)
)


class Status(Action):
    def name(self) -> str:
        return "action_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        written = wording.demand_number(tracker.latest_message.get("text") or "")
        number = memory.payload(tracker, "demand_no") or written
        rows = await asyncio.to_thread(container.current().cases.status_for, tracker.sender_id, number)
        has_draft = tracker.get_slot("problem") is not None and tracker.active_loop_name is None
        if not rows and not (has_draft and number is None):
            name = "utter_status_unknown" if number else "utter_status_none"
            dispatcher.utter_message(text=texts.pick(name, demand_no=number))
            return []
        if len(rows) > 1 and number is None and _LATEST.search(tracker.latest_message.get("text") or ""):
            rows = rows[:1]
        draft = [texts.pick("utter_status_draft")] if has_draft and number is None else []
        if len(rows) > 1:
            text = "\n".join([texts.pick("utter_status_several", count=len(rows)), *draft])
            dispatcher.utter_message(text=text, buttons=[_choice(row) for row in rows[:MOST_SHOWN]])
        else:
            dispatcher.utter_message(text="\n".join([*(_line(row, texts) for row in rows), *draft]))
        return []


def _choice(row: Any) -> dict[str, str]:
    """One of several demands, to be chosen for its details."""
    title = f"{row.demand_no} {wording.shorten(row.title, 20)}：{row.state_label}"
    return {"title": title, "payload": f'/ask_status{{"demand_no": "{row.demand_no}"}}'}


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
        before = tracker.get_slot("rated") or {}
        score = memory.payload(tracker, "score") or _score(text)
        asks = memory.intent(tracker) == "submit_demand" or _ASKS_FOR_HELP.search(text)
        if score is None and asks:
            return await begin_with(tracker)
        if score is None and not before:
            times, remember = memory.count(tracker, "rating")
            dispatcher.utter_message(text=texts.pick("utter_ask_rating", times))
            return [remember, SlotSet("pending", "rating")]
        if score is None and memory.intent(tracker) in NO_COMMENT:
            dispatcher.utter_message(text=texts.pick("utter_rated_end"))
            return [SlotSet("pending", None), SlotSet("rated", None)]
        comment = "" if text.startswith("/") or _only_a_score(text) else text
        number = memory.payload(tracker, "demand_no") or before.get("demand_no")
        given = int(score or before["score"])
        rated = await asyncio.to_thread(container.current().cases.rate, tracker.sender_id, given, comment, number)
        return _rated(dispatcher, texts, rated, given, comment)


def _rated(
    dispatcher: CollectingDispatcher, texts: Texts, demand_no: str | None, score: int, comment: str
) -> list[EventType]:
    """Thanks; after a bare score a line may follow."""
    if demand_no is None:
        dispatcher.utter_message(text=texts.pick("utter_nothing_to_rate"))
    else:
        dispatcher.utter_message(text=texts.pick("utter_rated_comment" if comment else "utter_rated", score > 2))
    more = demand_no is not None and not comment
    kept = {"demand_no": demand_no, "score": score} if more else None
    return [SlotSet("pending", "rating" if more else None), SlotSet("rated", kept)]


def _only_a_score(text: str) -> bool:
    return len(re.sub(r"[\W_]|[打给评]|分|星|我", "", text)) <= 1


def _score(text: str) -> int | None:
    found = _SCORE.search(text)
    return None if not found else _SCORES.get(found[1]) or int(found[1])


class ShareConsent(Action):
    """Yes or no to a station that was named later (PIPL art. 23)."""

    def name(self) -> str:
        return "action_share_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if memory.payload(tracker, "agree") == "never":
            names = await asyncio.to_thread(container.current().cases.revoke_sharing, tracker.sender_id)
            name = "utter_revoked" if names else "utter_nothing_to_revoke"
            dispatcher.utter_message(text=Texts(domain).pick(name, stations="、".join(names)))
            return []
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
