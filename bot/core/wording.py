"""Values in words that people read: money, dates, telephone numbers, summaries."""

import re
from datetime import date
from typing import Any

from bot.core.masking import mask_phone

LABELS = {
    "title": "需求名称",
    "problem": "要解决的问题",
    "indicators": "目标",
    "goal": "预期目标",
    "budget": "预算",
    "deadline": "期限",
    "enterprise_name": "企业",
    "district": "所在地",
    "contact_name": "联系人",
    "phone": "电话",
    "field": "领域",
    "category": "类型",
    "coop_mode": "合作方式",
    "urgency": "紧急程度",
    "uscc": "统一社会信用代码",
    "zone": "园区",
}


_NUMBER = re.compile(r"CD-?(\d{8})-?(\d{4,})", re.IGNORECASE)


def demand_number(text: str) -> str | None:
    """The demand's number that a text names, in its one writing."""
    found = _NUMBER.search(text)
    return f"CD-{found[1]}-{found[2]}" if found else None


def budget_words(value: dict[str, Any]) -> str:
    """{"kind": "amount", "min": 30, "max": 50} → 30–50 万元."""
    if value["kind"] != "amount":
        return "面议" if value["kind"] == "negotiable" else "暂无"
    low, high = value.get("min"), value.get("max")
    if low is None or high is None:
        return f"不超过 {number_words(high)} 万元" if low is None else f"{number_words(low)} 万元起"
    if low == high:
        return f"{number_words(low)} 万元"
    return f"{number_words(low)}–{number_words(high)} 万元"


def number_words(value: float | None) -> str:
    """Without needless zeros: 30.0 → 30, 0.5 → 0.5."""
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def deadline_words(value: str) -> str:
    return {"ASAP": "尽快", "long_term": "长期"}.get(value, value)


def person_words(name: str) -> str:
    """王 → 王先生/女士; longer names and 称呼 stay."""
    return f"{name}先生/女士" if len(name) == 1 else name


_SIGNS = {"<=": "≤", ">=": "≥", "=": ""}


def indicator_words(values: list[dict[str, Any]]) -> str:
    """[{name, op, value, unit}] → 厚度偏差 ≤2 μm."""
    return "；".join(map(_indicator, values))


def _indicator(item: dict[str, Any]) -> str:
    value = item.get("value")
    amount = number_words(value) if isinstance(value, int | float) else str(value or "")
    op = str(item.get("op") or "")
    figure = f"{_SIGNS.get(op, op)}{amount}{item.get('unit') or ''}"
    return " ".join(part for part in (str(item.get("name") or ""), figure) if part)


def value_words(key: str, value: Any) -> str:
    """One value as it is shown to the person who gave it."""
    if key == "budget":
        return budget_words(value)
    if key == "deadline":
        return deadline_words(value)
    if key == "phone":
        return mask_phone(value) or ""
    if key == "contact_name":
        return person_words(value)
    if key == "indicators":
        return value if isinstance(value, str) else indicator_words(value)
    return str(value)


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def date_words(day: date) -> str:
    """11 月 24 日."""
    return f"{day.month} 月 {day.day} 日"
