"""The intake's rules: what a message changes in the draft, and what must still be asked. No I/O, no clock."""

import re
from datetime import date
from typing import Any

from bot.core.amendment import amended
from bot.core.field_values import checked
from bot.core.free_text import (
    ASIDES,
    MAX_GOAL,
    TAKES_TEXT,
    absorb_detail,
    absorb_focus,
    absorb_goal,
    absorb_text,
    letters,
)
from bot.core.item_edits import EDITABLE, is_item_alone, item_edit
from bot.core.message import Absorbed, Invalid, Reading
from bot.core.vague import is_vague

ORDER = (
    "consent",
    "problem",
    "focus",
    "indicators",
    "budget",
    "deadline",
    "enterprise_name",
    "district",
    "contact_name",
    "phone",
    "confirm_summary",
)
"""The order of the questions; contact data comes last (product design, "The conversation" 3)."""
SKIPPABLE = frozenset({"indicators", "budget", "deadline"})
"""What may be left open: a goal as 无, a budget as 暂无, a deadline as 长期."""
SKIPPED: dict[str, Any] = {
    "indicators": "无",
    "budget": {"kind": "none", "min": None, "max": None},
    "deadline": "long_term",
}
SAID_FIRST = ("problem", "district", "budget", "deadline", "enterprise_name")
"""What is said back when the consent is there: the first message is worked on, not asked for again."""
MIN_NEW_TEXT = 4
"""Characters of a new title or aim behind the number of an item."""
MAX_TITLE = 60
CUES = {
    "budget": "预算|经费|投入|资金|价|费用|花|钱|万",
    "deadline": "期限|时间|时候|之前|以前|年底|月底|截止|着急|尽快|长期",
    "phone": "电话|手机|号码|联系|座机",
    "enterprise_name": "公司|企业|厂|单位|全称|名称|叫",
    "district": "区|县|市|搬|地址|位置",
    "contact_name": "姓|叫|联系人|称呼",
}
"""Words that show that a known field is meant when the message is not marked as a correction."""
ANSWERED_WITH_VALUES = frozenset({"budget", "deadline", "enterprise_name", "district", "contact_name", "phone"})
"""Questions whose answer may state budget and deadline anew, where the message says nothing else."""


def absorb(draft: dict[str, Any], reading: Reading, today: date) -> Absorbed:
    """Merges a message into the draft; a value that does not validate leaves the old one in place."""
    result = Absorbed(invalid=reading.invalid)
    editing = draft.get("previous") is not None and (draft["previous"] or {}).get("key") == reading.question
    if (reading.question == "confirm_summary" or editing) and _edit_items(draft, reading, result):
        result.goes_on = True
        return result
    if is_item_alone(reading.text) and reading.question not in (None, "confirm_summary"):
        result.understood, result.invalid = False, Invalid(str(reading.question), "not_understood")
        return result  # no list of items is on offer, and 改2 is no amount either
    if reading.question == "phone" and "contact_wechat" in reading.values and "phone" not in reading.values:
        result.goes_on, result.invalid = True, Invalid("phone", "wechat_only")
        return result
    if editing and reading.intent == "cancel":
        _skip(draft, str(reading.question), result)
        result.goes_on = True
        return result
    if _amend(draft, reading, today, result):
        return result
    for key, value in reading.values.items():
        if key in ("problem", "goal") or (key == "indicators" and reading.question != "confirm_summary"):
            continue
        if _may_write(draft, key, reading):
            _write(draft, key, value, today, result)
    _take_title(draft, reading, result)
    absorb_text(draft, reading, result)
    _absorb_answer(draft, reading, result)
    _open_next_item(draft, reading, result)
    return result


def next_question(draft: dict[str, Any]) -> str | None:
    """The first thing that is still missing, in ORDER."""
    return next((key for key in ORDER if draft.get(key) is None and (key != "focus" or draft.get("needs"))), None)


def missing(draft: dict[str, Any]) -> list[str]:
    """All that is still missing but the consent, the choice among needs and the confirmation."""
    return [key for key in ORDER[1:-1] if key != "focus" and draft.get(key) is None]


def wants_detail(draft: dict[str, Any]) -> bool:
    """True when the need is too general to find anybody and the second question was not asked yet."""
    return bool(draft.get("problem")) and not draft.get("detailed") and is_vague(str(draft["problem"]))


def _amend(draft: dict[str, Any], reading: Reading, today: date, result: Absorbed) -> bool:
    """少写了个零, 电话最后一位是8: corrections that need the old value."""
    for key in ("phone", "budget"):
        new = None if key in reading.values or not draft.get(key) else amended(key, draft[key], reading.text)
        if new is not None:
            _write(draft, key, new, today, result)
            return True
    return False


def _may_write(draft: dict[str, Any], key: str, reading: Reading) -> bool:
    if draft.get(key) in (None, SKIPPED.get(key)) or reading.question == key or reading.intent == "correct":
        return True
    values_only = reading.question in ANSWERED_WITH_VALUES & reading.values.keys() and "problem" not in reading.values
    if values_only and key in ("budget", "deadline"):
        return True  # 20万，明年3月前: the answer, and another value beside it
    return reading.question == "confirm_summary" or bool(re.search(CUES.get(key, "(?!)"), reading.text))


def _write(draft: dict[str, Any], key: str, value: Any, today: date, result: Absorbed) -> None:
    try:
        found = checked(key, value, today)
    except ValueError as error:
        result.invalid = result.invalid or Invalid(key, str(error))
        return
    if found is not None and found == draft.get(key):
        result.same.append(key)
    if found is None or found == draft.get(key):
        return
    result.updates[key] = found
    result.changed.append(key)
    if draft.get("confirm_summary") is not None:
        result.updates["confirm_summary"] = None


def _edit_items(draft: dict[str, Any], reading: Reading, result: Absorbed) -> bool:
    """ "改6" asks for the item again and keeps the old value until a new one is there; "6和7都不对" both in turn."""
    edit = item_edit(reading.text)
    if edit is None:
        return False
    if len(edit.keys) > 1:
        _reopen(draft, edit.keys, result)
        return True
    key, rest = edit.keys[0], edit.rest
    if key in reading.values or (reading.invalid and reading.invalid.field == key):
        return False
    if len(letters(rest)) >= MIN_NEW_TEXT and key in ("title", "indicators"):
        new = {"title": rest[:MAX_TITLE]} if key == "title" else {"goal": rest[:MAX_GOAL], "indicators": []}
        result.updates |= new
        result.changed.append(key)
        return True
    if rest and reading.values.keys() - {"problem"}:
        return False  # the number was a slip: what was said names its field by itself
    _reopen(draft, [key], result)
    return True


def _take_title(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    title = (reading.values.get("problem") or "").strip()
    if reading.question == "title" and reading.intent in TAKES_TEXT and title:
        _write(draft, "title", title[:MAX_TITLE], date.min, result)


def _reopen(draft: dict[str, Any], keys: list[str], result: Absorbed) -> None:
    """Asks for the first of `keys` again; the others wait in `previous`. An edit that was open is given up."""
    open_edit = draft.get("previous")
    if open_edit and draft.get(open_edit["key"]) is None:
        result.updates[open_edit["key"]] = open_edit["value"]
    value = draft.get(keys[0]) if draft.get(keys[0]) is not None else (open_edit or {}).get("value")
    result.updates["previous"] = _edit(keys[0], value, keys[1:])
    result.updates[keys[0]] = None


def _edit(key: str, value: Any, waiting: list[str]) -> dict[str, Any]:
    """Slot `previous`: the item that is asked for again, its old value, and the items after it."""
    return {"key": key, "value": value} | ({"next": waiting} if waiting else {})


def _open_next_item(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """When the first of several items has its new value, the next one is asked for."""
    waiting = (draft.get("previous") or {}).get("next") or []
    if waiting and reading.question == (key := draft["previous"]["key"]) and result.updates.get(key) is not None:
        key = waiting[0]
        result.updates["previous"] = _edit(key, draft.get(key), waiting[1:])
        result.updates[key] = None


def _absorb_answer(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """Yes, no, skip and free answers to the open question."""
    question = reading.question
    if question not in (*ORDER, *EDITABLE, "district") or question in result.updates:
        return
    if question == "consent" and reading.intent == "affirm":
        result.updates["consent"] = "given"
        result.changed += [key for key in SAID_FIRST if draft.get(key) is not None]
    elif question == "focus":
        absorb_focus(draft, reading, result)
    elif question == "indicators":
        (absorb_detail if wants_detail(draft) else absorb_goal)(draft, reading, result)
    elif question != "confirm_summary" and reading.intent in ("skip", "deny") and _skip(draft, question, result):
        return
    elif question not in ("consent", "confirm_summary") and not result.changed and not result.same:
        result.understood = reading.intent in ASIDES
        if not result.invalid and not result.understood:
            result.invalid = Invalid(question, "not_understood")


def _skip(draft: dict[str, Any], question: str, result: Absorbed) -> bool:
    previous = draft.get("previous")
    if previous and previous["key"] == question:
        result.updates[question] = previous["value"]
        result.updates["previous"] = None
        return True
    if question not in SKIPPABLE:
        result.invalid = Invalid(question, "needed")
        return True
    result.updates[question] = SKIPPED[question]
    result.changed.append(question)
    return True
