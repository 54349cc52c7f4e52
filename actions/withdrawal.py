"""Taking back a demand that was submitted: named, confirmed, done."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.texts import Texts
from bot.core import wording
from bot.services import container

SHOWN = 5


async def ask_to_withdraw(dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> list[EventType]:
    """Asks whether to withdraw the demand that is meant, or which one."""
    number = wording.demand_number(tracker.latest_message.get("text") or "")
    found = await asyncio.to_thread(container.current().cases.withdrawable, tracker.sender_id, number)
    if not found:
        times, remember = memory.count(tracker, "nothing_to_cancel")
        dispatcher.utter_message(text=texts.pick("utter_nothing_to_cancel", times))
        return [remember, SlotSet("pending", None)]
    if len(found) > 1:
        buttons = [
            {"title": f"{one.demand_no} {wording.shorten(one.title, 20)}", "payload": _payload(one.demand_no)}
            for one in found[:SHOWN]
        ]
        dispatcher.utter_message(text=texts.pick("utter_which_to_withdraw"), buttons=buttons)
        return [SlotSet("pending", None)]
    return _confirm(dispatcher, texts, found[0])


class Withdraw(Action):
    """Withdraws after a yes; the number was kept when it was asked."""

    def name(self) -> str:
        return "action_withdraw"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts, intent = Texts(domain), memory.intent(tracker)
        if intent == "withdraw":
            number = str(memory.payload(tracker, "demand_no"))
            found = await asyncio.to_thread(container.current().cases.withdrawable, tracker.sender_id, number)
            if found:
                return _confirm(dispatcher, texts, found[0])
            dispatcher.utter_message(text=texts.pick("utter_withdraw_too_late", demand_no=number))
            return [SlotSet("pending", None)]
        number = str(tracker.get_slot("withdrawing"))
        name = "utter_not_withdrawn"
        if intent == "affirm":
            cases = container.current().cases
            done = await asyncio.to_thread(cases.withdraw_own, tracker.sender_id, number)
            name = "utter_withdrawn" if done else "utter_withdraw_too_late"
        dispatcher.utter_message(text=texts.pick(name, demand_no=number))
        return [SlotSet("pending", None), SlotSet("withdrawing", None)]


def _confirm(dispatcher: CollectingDispatcher, texts: Texts, demand: Any) -> list[EventType]:
    dispatcher.utter_message(
        text=texts.pick("utter_confirm_withdraw", demand_no=demand.demand_no, title=demand.title),
        buttons=[{"title": "撤回", "payload": "/affirm"}, {"title": "不撤回", "payload": "/deny"}],
    )
    return [SlotSet("pending", "confirm_withdraw"), SlotSet("withdrawing", demand.demand_no)]


def _payload(demand_no: str) -> str:
    return f'/withdraw{{"demand_no": "{demand_no}"}}'
