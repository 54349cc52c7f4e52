"""Options that a text names: category, field, cooperation mode, urgency."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from bot.core.demand import CATEGORIES, COOP_MODES, FIELDS, URGENCIES
from bot.nlu.gazetteer import rows

OPTIONS: dict[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "field": FIELDS,
    "coop_mode": COOP_MODES,
    "urgency": URGENCIES,
}
_CERTAIN = frozenset({"coop_mode", "urgency"})
"""Kinds that are taken from any text; category and field only by their full names or when asked."""


def options(text: str, question: str | None) -> list[tuple[str, str, int, int]]:
    """(kind, option, start, end) for each kind that the text names, at most one a kind."""
    found: list[tuple[str, str, int, int]] = []
    for kind, names in OPTIONS.items():
        named = _by_name(text, names, question == kind, kind)
        if named is None and (kind in _CERTAIN or question == kind):
            named = _by_words(text, kind, question == kind)
        if named is None and question == kind:
            named = _by_likeness(text, names)
        if named:
            found.append((kind, *named))
    return found


def _by_name(text: str, names: tuple[str, ...], asked: bool, kind: str) -> tuple[str, int, int] | None:
    for name in sorted(names, key=len, reverse=True):
        place = text.find(name)
        if place >= 0 and (asked or ((len(name) >= 4 and kind in _CERTAIN) or _introduced(text, place))):
            return name, place, place + len(name)
    return None


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str], list[tuple[re.Pattern[str], str]]]:
    """Patterns by kind and by when they count (any, asked), in the order of data/options.csv."""
    found: dict[tuple[str, str], list[tuple[re.Pattern[str], str]]] = {
        (kind, when): [] for kind in OPTIONS for when in ("any", "asked")
    }
    for row in rows("options.csv"):
        found[row["kind"], row["when"]].append((re.compile(row["pattern"]), row["option"]))
    return found


def _introduced(text: str, place: int) -> bool:
    return bool(re.search(r"(?:类型|类别|领域|方向|改成|改为|属于|选)(?:是|为|[:：])?\s*$", text[:place]))


def _by_words(text: str, kind: str, asked: bool) -> tuple[str, int, int] | None:
    for pattern, name in (*_words()[kind, "any"], *(_words()[kind, "asked"] if asked else ())):
        match = pattern.search(text)
        if match:
            return name, match.start(), match.end()
    return None


def _by_likeness(text: str, names: tuple[str, ...]) -> tuple[str, int, int] | None:
    answer = text.strip(" 。.,，!！吧嘛哈的")
    best = max(names, key=lambda name: fuzz.ratio(answer, name))
    return (best, 0, len(text)) if answer and fuzz.ratio(answer, best) >= 60 else None
