"""Whether a value may stand in a field of the draft (product design, "The demand")."""

import re
from datetime import date
from typing import Any

from bot.core.demand import CATEGORIES, COOP_MODES, FIELDS, URGENCIES, Budget, check_deadline

PLAIN = (
    "category",
    "field",
    "coop_mode",
    "urgency",
    "uscc",
    "zone",
    "district",
    "enterprise_name",
    "contact_name",
)


def checked(key: str, value: Any, today: date) -> Any:
    """The value, or None for a key that is no field; ValueError carries the reason's code."""
    if key == "budget":
        return _coded("budget_range", lambda: Budget.of(value).as_json())
    if key == "deadline":
        return _coded("date_past", lambda: check_deadline(value, today))
    if key == "phone":
        return value if re.fullmatch(r"\d{7,12}", value) else _fail("phone_length")
    if key == "enterprise_name":
        return value.strip() if 4 <= len(value.strip()) <= 60 else _fail("not_a_company")
    if key == "contact_name":
        return value.strip() if 1 <= len(value.strip()) <= 20 else _fail("not_a_name")
    if key == "title":
        return value.strip() if 4 <= len(value.strip()) <= 60 else _fail("title_length")
    if key == "category":
        return value if value in CATEGORIES else None
    if key == "field":
        return value if value in FIELDS else None
    if key == "coop_mode":
        return value if value in COOP_MODES else None
    if key == "urgency":
        return value if value in URGENCIES else None
    return value if key in (*PLAIN, "invested", "indicators", "goal", "current_base") else None


def _coded(code: str, check: Any) -> Any:
    try:
        return check()
    except (ValueError, TypeError, KeyError):
        raise ValueError(code) from None


def _fail(code: str) -> Any:
    raise ValueError(code)
