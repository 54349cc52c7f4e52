"""What a person sees the bot has written down, against what they meant."""

import re
from typing import Any

from tests.dialogue.simulated.truth import Truth

_BUDGET = re.compile(r"预算[：:\s]*([^\n，。　？]+)")
_DEADLINE = re.compile(r"期限[：:\s]*([^\n，。　？]+)")
_ENTERPRISE = re.compile(r"企业：([^\n]+)（([^（）\n]+)）")
_CONTACT = re.compile(r"联系人[：:]\s*([^\n　]+)")
_PHONE = re.compile(r"电话[：:]\s*([\d*－-]+)")
_ASKING = re.compile(r"大概多少|多少钱|说个数|说个范围")


_ITEM = re.compile(r"(\d+) (预算|期限|企业|联系人|电话)：")
_NAMES = {"预算": "budget", "期限": "deadline", "企业": "enterprise_name", "联系人": "contact_name", "电话": "phone"}


def shown_items(reply: str) -> dict[str, str]:
    """Key → the number of its item in the summary."""
    return {_NAMES[found[2]]: found[1] for found in _ITEM.finditer(reply)}


def wrong_items(reply: str, truth: Truth) -> list[str]:
    """Keys of the summary's items that are not what was meant; nothing when the reply is no summary."""
    if "预算：" not in reply:
        return []
    enterprise = _ENTERPRISE.search(reply)
    contact, phone = _CONTACT.search(reply), _PHONE.search(reply)
    seen = {
        "enterprise_name": enterprise is None or enterprise[1] == truth.said["enterprise_name"].value,
        "district": enterprise is None or enterprise[2] == truth.said["district"].value,
        "contact_name": contact is None or str(truth.said["contact_name"].value)[0] in contact[1],
        "phone": phone is None or _tail(phone[1]) == str(truth.said["phone"].value)[-len(_tail(phone[1])) :],
    }
    return [*wrongly_echoed(reply, truth), *(name for name, fine in seen.items() if not fine)]


def wrongly_echoed(reply: str, truth: Truth) -> list[str]:
    """Keys of budget and deadline where the reply names another value."""
    found = []
    budget, deadline = _BUDGET.search(reply), _DEADLINE.search(reply)
    if budget and not _ASKING.search(budget[1]) and _shows_a_budget(budget[1]) and not _same_budget(budget[1], truth):
        found.append("budget")
    if deadline and _shows_a_day(deadline[1]) and not _same_day(deadline[1], str(truth.said["deadline"].value)):
        found.append("deadline")
    return found


def _tail(phone: str) -> str:
    return re.split(r"\D+", phone)[-1]


def _shows_a_budget(text: str) -> bool:
    return bool(re.search(r"\d.*万元|面议|暂无|没有", text))


def _shows_a_day(text: str) -> bool:
    return bool(re.search(r"\d{4}-\d\d-\d\d|尽快|长期", text))


def _same_budget(text: str, truth: Truth) -> bool:
    wanted: Any = truth.said["budget"].value
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    if wanted["kind"] != "amount":
        return not numbers
    return numbers == sorted({one for one in (wanted["min"], wanted["max"]) if one is not None})


def _same_day(text: str, wanted: str) -> bool:
    return {"ASAP": "尽快", "long_term": "长期"}.get(wanted, wanted) in text
