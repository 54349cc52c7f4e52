"""Two different values for one thing in one message (预算30万，预算80万): neither is taken, the person is asked."""

import re
from datetime import date

from bot.nlu.normal import normalise
from bot.nlu.spans import Problem, Span
from bot.nlu.values import extract

_LABELS = {"budget": re.compile("预算|经费"), "deadline": re.compile("期限|截止|工期")}
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n\s]+|\.{2,}|…+")
_TAKEN_BACK = re.compile(r"(?:不对|说错了?|搞错了?|哦不|算了)[,，。.\s]*(?:还是|是|预算|期限|应该是?)*")
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


def without_replaced(text: str, spans: list[Span], today: date) -> list[Span]:
    """预算五十万，不对，八十万: what stands behind the last 不对 counts."""
    plain = normalise(text).text
    marks = list(_TAKEN_BACK.finditer(plain))
    if not marks:
        return spans
    before, after = plain[: marks[-1].start()], plain[marks[-1].end() :]
    kept = []
    for span in spans:
        new = _value(span.field, after, today, span.field) if span.field in _LABELS else None
        replaced = new is not None and new != span.value and _value(span.field, before, today, span.field) is not None
        kept.append(Span(span.field, new, span.start, span.end) if replaced else span)
    return kept


def _value(key: str, clause: str, today: date, asked: str | None = None) -> object:
    return next((span.value for span in extract(clause, today, asked) if span.field == key), None)
