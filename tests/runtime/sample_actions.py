"""Actions of the small test bot."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

Events = list[dict[str, Any]]


class ValidateOrderForm(FormValidationAction):
    """Takes whole numbers; breaks on 炸 (an action's bug) and on 数据库 (an outage)."""

    def name(self) -> str:
        return "validate_order_form"

    def validate_amount(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        if value == "炸":
            raise ZeroDivisionError("13800000000")
        if not str(value).isdigit():
            dispatcher.utter_message(text="请写数字。")
            return {"amount": None}
        return {"amount": int(value)}


class ActionSubmit(Action):
    """Adds the order to the list of orders and clears the form."""

    def name(self) -> str:
        return "action_submit"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        orders = [*(tracker.get_slot("orders") or []), [tracker.get_slot("product"), tracker.get_slot("amount")]]
        dispatcher.utter_message(text=f"已下单：{tracker.get_slot('product')} {tracker.get_slot('amount')} 个。")
        return [SlotSet("orders", orders), SlotSet("product", None), SlotSet("amount", None)]


class ActionCount(Action):
    """Says how many orders there are, and opens a question of its own."""

    def name(self) -> str:
        return "action_count"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        dispatcher.utter_message(text=f"共 {len(tracker.get_slot('orders') or [])} 单。")
        return [SlotSet("pending", "rating")]


class ActionTell(Action):
    """Always refuses to run."""

    def name(self) -> str:
        return "action_tell"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        raise ActionExecutionRejection(self.name(), "不想说")


class ActionAgain(Action):
    """Asks to be run again, for ever."""

    def name(self) -> str:
        return "action_again"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        return [FollowupAction(self.name())]


class ActionWait(Action):
    """Waits until the turn is cancelled."""

    reached: asyncio.Event | None = None

    def name(self) -> str:
        return "action_wait"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        if ActionWait.reached is not None:
            ActionWait.reached.set()
        await asyncio.Event().wait()
        return []


ALL = (ValidateOrderForm, ActionSubmit, ActionCount, ActionTell, ActionAgain, ActionWait)
