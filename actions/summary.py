"""action_ask_confirm_summary: everything on one page, with the station that was found."""

import asyncio
import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.lead import lead_words, same_words
from actions.questions import QUIET, Ask
from actions.texts import Texts
from bot.core import wording
from bot.services import container

_KEEPS_CONTACT = re.compile("电话|号码|联系|转|给他|给它|告诉他|透露")


class AskConfirmSummary(Ask):
    """Shows the numbered summary and asks for the go-ahead and for the consent to share."""

    key = "confirm_summary"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if memory.intent(tracker) in QUIET and self.is_aside(tracker):
            return []
        texts = Texts(domain)
        asked = dict(tracker.get_slot("asked") or {})
        again = asked.get("key") == self.key
        changed = memory.reading(tracker).get("changed")
        if again and not changed and tracker.get_slot("previous") is None:
            return self._not_understood(dispatcher, tracker, texts, asked)
        turn = asked.get("n", 0) + 1 if again else 0
        station = await asyncio.to_thread(container.current().intake.find_station, memory.draft(tracker))
        if station.get("question") and tracker.get_slot("deciding") is None:
            return _decide(dispatcher, tracker, texts, station["question"])
        lead = lead_words(tracker, texts, asked) if memory.reading(tracker).get("invalid") else ""
        summary = texts.pick("utter_summary", turn, **_parts(tracker, texts, station))
        dispatcher.utter_message(text="\n".join(part for part in (lead, summary) if part), buttons=_buttons(station))
        asked |= {"key": self.key, "n": turn, "asides": 0}
        return [SlotSet("station", station), SlotSet("previous", None), SlotSet("asked", asked)]

    def _not_understood(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts, asked: dict[str, Any]
    ) -> list[EventType]:
        lead = lead_words(tracker, texts, asked) or same_words(tracker, texts, asked)
        aside = self.is_aside(tracker)
        if aside and asked.get("asides", 0) > 0:
            return []
        asked["asides"] = asked.get("asides", 0) + 1 if aside else 0
        name = "utter_summary_back" if aside else "utter_summary_not_understood"
        if memory.intent(tracker) == "deny":
            keeps = _KEEPS_CONTACT.search(tracker.latest_message.get("text") or "")
            named = (tracker.get_slot("station") or {}).get("station_id")
            name = "utter_summary_noshare" if keeps and named else "utter_summary_waits"
        times = asked.get(name, 0)
        asked[name] = times + 1
        text = "" if lead else texts.pick(name, times)
        dispatcher.utter_message(text=lead or text, buttons=_buttons(tracker.get_slot("station")))
        return [SlotSet("asked", asked)]


def _decide(
    dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts, question: dict[str, Any]
) -> list[EventType]:
    """Two stations are close: one question that would decide, asked once, before the summary."""
    asked = dict(tracker.get_slot("asked") or {})
    lead = lead_words(tracker, texts, asked)
    buttons = [
        {"title": one["topic"], "payload": f'/inform{{"chosen": "{one["station_id"]}"}}'} for one in question["choices"]
    ]
    buttons.append({"title": texts.pick("utter_deciding_neither"), "payload": "/skip"})
    text = "\n".join(part for part in (lead, question["text"]) if part)
    dispatcher.utter_message(text=text, buttons=buttons)
    return [SlotSet("deciding", list(question["choices"])), SlotSet("asked", asked)]


def _parts(tracker: Tracker, texts: Texts, station: dict[str, Any]) -> dict[str, str]:
    if station.get("station_id"):
        line = texts.pick("utter_summary_station", name=station["name"], reasons="；".join(station["reasons"][:3]))
        options = texts.pick("utter_summary_options_station")
    else:
        line = texts.pick("utter_summary_no_station")
        options = texts.pick("utter_summary_options_review")
    return {"items": items(memory.draft(tracker)), "station": line, "options": options}


def items(draft: dict[str, Any]) -> str:
    """The nine numbered lines; the numbers are those of bot.core.item_edits.EDITABLE."""
    goal = draft.get("goal") or wording.value_words("indicators", draft["indicators"])
    who = f"{wording.person_words(draft['contact_name'])}"
    return "\n".join(
        (
            f"1 需求：{draft['title']}",
            f"2 目标：{wording.shorten(goal, 60)}",
            f"3 领域：{draft['field']}　4 类型：{draft['category']}",
            f"5 企业：{draft['enterprise_name']}（{draft['district']}）",
            f"6 预算：{wording.budget_words(draft['budget'])}　7 期限：{wording.deadline_words(draft['deadline'])}",
            f"8 联系人：{who}　9 电话：{wording.value_words('phone', draft['phone'])}",
        )
    )


def _buttons(station: dict[str, Any] | None) -> list[dict[str, str]]:
    """The choices that the text already numbers."""
    share = {"title": "提交", "payload": '/choose{"option": "share"}'}
    if not (station or {}).get("station_id"):
        return [share]
    return [share, {"title": "提交，先不转", "payload": '/choose{"option": "noshare"}'}]
