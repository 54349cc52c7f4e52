"""All values of a message, and what it says that cannot be taken."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from bot.nlu.budget import budgets, names_nothing, names_other_currency
from bot.nlu.company import companies, is_generic, is_no_company
from bot.nlu.deadline import deadlines, in_the_past
from bot.nlu.district import districts, zone
from bot.nlu.entities import named
from bot.nlu.indicators import indicators
from bot.nlu.normal import Normal, bare, normalise
from bot.nlu.options import OPTIONS, options
from bot.nlu.person import people
from bot.nlu.phone import phones, wrong_length
from bot.nlu.remainder import remainder
from bot.nlu.spans import Problem, Span
from bot.nlu.uscc import codes, fails_check
from bot.nlu.wechat_id import wechat_ids

MAX_PROBLEM = 1000
MAX_BUDGET = 100_000
"""万元 (product design, "The demand")."""
FREE_TEXT = frozenset({"problem", "indicators", "goal", "detail", "title", "current_base"})
"""Questions whose answer is the whole text."""
_CLOSED = frozenset({"consent", "confirm_summary", "offer_resume", "rating"})
_TAKEN_OUT = frozenset(
    {"budget", "deadline", "phone", "contact_wechat", "enterprise_name", "contact_name", "uscc", "district"}
)


def extract(text: str, today: date, context: str | None = None) -> list[Span]:
    """Values in the order of the text, positions in the original; `context` is the key of the open question.

    Shapes are those of the contract's `fields`; a span with `guess` stands only on the open question.
    """
    normal = normalise(text)
    asked = None if context in FREE_TEXT or context in _CLOSED else context
    spans = _facts(normal, today, asked)
    spans += _figures(normal, spans)
    spans += _rest(normal, spans, context)
    placed = [_placed(normal, span) for span in spans]
    return sorted(placed, key=lambda span: (span.start, span.field))


def invalid(text: str, today: date, context: str | None = None) -> Problem | None:
    """What the message means to say but cannot, with the code of the reason."""
    plain = normalise(text).text
    if fails_check(plain):
        return Problem("uscc", "uscc_check")
    if wrong_length(_without_codes(plain), context == "phone"):
        return Problem("phone", "phone_length")
    if names_nothing(plain) and (context == "budget" or "预算" in plain or "经费" in plain):
        return Problem("budget", "budget_zero")
    if any(_beyond(value) for value, _, _ in budgets(plain, context == "budget")):
        return Problem("budget", "budget_range")
    if names_other_currency(plain, context == "budget"):
        return Problem("budget", "budget_currency")
    if in_the_past(plain, today, context == "deadline"):
        return Problem("deadline", "date_past")
    return _short(plain, context)


def _short(plain: str, context: str | None) -> Problem | None:
    if context == "enterprise_name" and is_no_company(plain):
        return Problem("enterprise_name", "not_a_company")
    if context == "contact_name" and not re.search(r"[\u3400-\u9fffa-z]", plain):
        return Problem("contact_name", "not_a_name")
    if context == "problem" and len(bare(plain)) < 4:
        return Problem("problem", "too_short")
    return None


def _facts(normal: Normal, today: date, asked: str | None) -> list[Span]:
    """Everything but figures and free text; positions still in the normalised text."""
    text = normal.text
    found = [Span("uscc", code, start, end) for code, start, end in codes(text)]
    found += [
        Span("phone", number, start, end) for number, start, end in phones(_masked(text, found), asked == "phone")[:1]
    ]
    found += _wechat(normal, found)
    plain = _masked(text, found)
    found += _money(plain, asked)
    found += [
        Span("deadline", day, start, end)
        for day, start, end in deadlines(_masked(plain, found), today, asked == "deadline")
    ]
    names = _companies(normal, asked, found)
    found += names[:1]
    found += _districts(text, asked, names, bool(found[len(names[:1]) :] or len(text) > _length(names) + 8))
    found += [Span(kind, option, start, end) for kind, option, start, end in options(text, asked)]
    return found + _people(normal, asked, found)


def _wechat(normal: Normal, found: list[Span]) -> list[Span]:
    phone = next(((str(span.value), span.start, span.end) for span in found if span.field == "phone"), None)
    return [
        Span("contact_wechat", name or normal.written(start, end), start, end)
        for name, start, end in wechat_ids(normal.text, phone)
    ]


def _money(text: str, asked: str | None) -> list[Span]:
    return [
        Span("budget", value, start, end)
        for value, start, end in budgets(text, asked == "budget")
        if not _beyond(value)
    ]


def _beyond(value: dict[str, Any]) -> bool:
    return any(bound is not None and bound > MAX_BUDGET for bound in (value["min"], value["max"]))


def _companies(normal: Normal, asked: str | None, found: list[Span]) -> list[Span]:
    names = companies(normal.text, asked == "enterprise_name")
    if not names and asked == "enterprise_name":
        tagged = named(normal.text, "ORG")
        names = [(*tagged, True)] if tagged and not is_generic(normal.text[slice(*tagged)]) else []
    return [
        Span("enterprise_name", _closed(normal.written(start, end)), start, end, guess)
        for start, end, guess in names
        if not any(span.start < end and start < span.end for span in found if guess)
    ]


def _closed(name: str) -> str:
    """A name without the blanks that slipped between its characters."""
    return re.sub(r"(?<=[\u3400-\u9fff)）])\s+(?=[\u3400-\u9fff(（])", "", name)


def _districts(text: str, asked: str | None, names: list[Span], tells_more: bool) -> list[Span]:
    """A region inside the enterprise's name counts only when the message tells more than the name."""
    inside = [(name.start, name.end) for name in names]
    found = [
        Span("district", district, start, end)
        for district, start, end in districts(text, asked == "district", inside)
        if tells_more or not any(first <= start < last for first, last in inside)
    ]
    named = zone(text)
    return found + ([Span("zone", *named)] if named and found else [])


def _people(normal: Normal, asked: str | None, found: list[Span]) -> list[Span]:
    """A form of address is not a name when it stands inside the enterprise's."""
    phone_at = next((span.start for span in found if span.field == "phone"), None)
    names = people(normal.text, asked == "contact_name", phone_at)
    if not names and asked == "contact_name" and not re.search("你好|您好", normal.text):
        tagged = named(normal.text, "PER")
        names = [(normal.text[slice(*tagged)], *tagged, True)] if tagged else []
    return [
        Span("contact_name", name, start, end, guess)
        for name, start, end, guess in names
        if not any(span.start < end and start < span.end for span in found)
    ][:1]


def _figures(normal: Normal, taken: list[Span]) -> list[Span]:
    """All indicators as one value, a list."""
    items = [
        (item, start, end)
        for item, start, end in indicators(normal.text)
        if not any(span.start < end and start < span.end for span in taken)
    ]
    if not items:
        return []
    return [Span("indicators", [item for item, _, _ in items], items[0][1], items[-1][2])]


def _rest(normal: Normal, spans: list[Span], context: str | None) -> list[Span]:
    asked = context in FREE_TEXT
    out = [(span.start, span.end) for span in spans if span.field in _TAKEN_OUT and not span.guess]
    whole = _written(normal)
    rest = remainder(whole, out, 1 if asked else 3)
    if rest is None or (context in OPTIONS and any(span.field == context for span in spans)):
        return []
    text, start, end = rest
    return [Span("problem", text[:MAX_PROBLEM], start, end)] if len(bare(text)) >= (1 if asked else 2) else []


def _written(normal: Normal) -> str:
    """The normalised text in the letters that were typed, so that `ERP` stays `ERP`."""
    return "".join(
        written if written.lower() == plain else plain
        for plain, written in zip(normal.text, (normal.original[place] for place in normal.origin), strict=True)
    )


def _placed(normal: Normal, span: Span) -> Span:
    start, end = normal.place(span.start, span.end)
    return replace(span, start=start, end=end)


def _masked(text: str, spans: list[Span]) -> str:
    for span in spans:
        text = text[: span.start] + "#" * (span.end - span.start) + text[span.end :]
    return text


def _without_codes(text: str) -> str:
    return re.sub(r"[0-9a-z]{15,}|(?:cd|xq)-?\d{8}[-\d]*", "#", text)


def _length(names: list[Span]) -> int:
    return sum(name.end - name.start for name in names[:1])
