"""Two different values for one thing in one message (预算30万，预算80万): neither is taken, the person is asked."""

import re
from datetime import date

from bot.nlu.normal import normalise
from bot.nlu.spans import Problem, Span
from bot.nlu.values import extract

_LABELS = {"budget": re.compile("预算|经费"), "deadline": re.compile("期限|截止|工期")}
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n\s]+|\.{2,}|…+")
_REPLACED = re.compile("不对|不是|错了|还是|改成|改为|算了|更正|应该|原来|以前|去年|之前")


def contradiction(text: str, spans: list[Span], today: date) -> Problem | None:
    """The field named with two values, code `<field>_contradictory`; None when one replaces the other."""
    plain = normalise(text).text
    if _REPLACED.search(plain):
        return None
    clauses = _CLAUSE_END.split(plain)
    for key, label in _LABELS.items():
        if not any(span.field == key for span in spans):
            continue
        told = [_value(key, clause, today) for clause in clauses if label.search(clause)]
        if len({str(value) for value in told if value is not None}) > 1:
            return Problem(key, f"{key}_contradictory")
    return None


def _value(key: str, clause: str, today: date) -> object:
    return next((span.value for span in extract(clause, today) if span.field == key), None)
