"""The stock bot's actions, in the usual style: validate the form, store the demand with sqlite3."""

import os
import re
import sqlite3
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

FIELDS = ["problem", "indicators", "budget", "deadline", "enterprise_name", "district", "contact_name", "phone"]


TABLE = "CREATE TABLE IF NOT EXISTS demand (" + ", ".join(FIELDS) + ")"
INSERT = "INSERT INTO demand VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class ValidateDemandForm(FormValidationAction):
    def name(self) -> str:
        return "validate_demand_form"

    def validate_problem(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        if len(value) < 6:
            dispatcher.utter_message(text="请说得再具体一些。")
            return {"problem": None}
        return {"problem": value}

    def validate_budget(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        if not re.search(r"\d|面议|暂无", value):
            dispatcher.utter_message(text="请写数字，例如：30万。")
            return {"budget": None}
        return {"budget": value}

    def validate_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        digits = re.sub(r"\D", "", value)
        if len(digits) not in (8, 11, 12):
            dispatcher.utter_message(text="号码不对，例如：13800000000。")
            return {"phone": None}
        return {"phone": digits}


class ActionSubmitDemand(Action):
    def name(self) -> str:
        return "action_submit_demand"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        values = [tracker.get_slot(field) for field in FIELDS]
        with sqlite3.connect(os.environ["STOCK_DEMANDS"]) as db:
            db.execute(TABLE)
            row = db.execute(INSERT, values).lastrowid
        db.close()
        dispatcher.utter_message(text=f"已提交，编号 CD-{row:06d}。")
        return [AllSlotsReset()]
