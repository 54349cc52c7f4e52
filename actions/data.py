"""What is kept about a person, and its deletion (PIPL art. 44–47)."""

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.texts import Texts
from bot.core import wording
from bot.services import container

SHOWN = ("enterprise_name", "district", "contact_name", "phone", "problem", "budget", "deadline")


_REVOKES = re.compile("(?:撤|收回|取消|停止|不再)[^，。]{0,4}(?:授权|同意|共享|公开|转给)")


def _ask_how_far(dispatcher: CollectingDispatcher, texts: Texts, shared: list[str]) -> list[EventType]:
    """Taking an agreement back is not the same as wanting to be forgotten."""
    dispatcher.utter_message(
        text=texts.pick("utter_confirm_revoke", stations="、".join(shared)),
        buttons=[
            {"title": texts.pick("utter_way_revoke"), "payload": '/share_consent{"agree": "never"}'},
            {"title": texts.pick("utter_way_erase"), "payload": "/delete_my_data"},
        ],
    )
    return [SlotSet("pending", None)]


class MyData(Action):
    def name(self) -> str:
        return "action_my_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        lines = [
            f"{wording.LABELS[key]}：{wording.shorten(wording.value_words(key, tracker.get_slot(key)), 60)}"
            for key in SHOWN
            if tracker.get_slot(key) is not None
        ]
        kept = await asyncio.to_thread(container.current().cases.status_for, tracker.sender_id, None)
        lines += [f"需求：{row.demand_no} {row.title}" for row in kept]
        name = "utter_my_data" if lines else "utter_my_data_none"
        dispatcher.utter_message(text=texts.pick(name, lines="\n".join(lines)))
        return []


class DeleteMyData(Action):
    """Asks once, then deletes."""

    def name(self) -> str:
        return "action_delete_my_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        intent = memory.intent(tracker)
        if intent == "deny":
            dispatcher.utter_message(text=texts.pick("utter_erase_kept"))
            return [SlotSet("pending", None)]
        if intent == "delete_my_data" and _REVOKES.search(tracker.latest_message.get("text") or ""):
            shared = await asyncio.to_thread(container.current().cases.shared_with, tracker.sender_id)
            if shared:
                return _ask_how_far(dispatcher, texts, shared)
        if intent != "affirm" or tracker.get_slot("pending") != "confirm_erase":
            times, remember = memory.count(tracker, "confirm_erase")
            dispatcher.utter_message(
                text=texts.pick("utter_confirm_erase", times),
                buttons=[{"title": "确定删除", "payload": "/affirm"}, {"title": "不删", "payload": "/deny"}],
            )
            return [remember, SlotSet("pending", "confirm_erase")]
        await asyncio.to_thread(container.current().intake.erase, tracker.sender_id)
        dispatcher.utter_message(text=texts.pick("utter_erased"))
        return [ActiveLoop(None), AllSlotsReset()]
