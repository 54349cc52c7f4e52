"""Words of people who do the work, and the field, discipline and industry they speak of (data/lay_words.csv)."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from bot.core import taxonomy

CHARACTERS = 240
"""Of a demand that are looked through."""


@dataclass(frozen=True)
class LayWord:
    """One word; `own` is the form's field where it is not the national one, `weight` how surely it says so."""

    word: str
    field: str
    own: str
    discipline: str
    industry: str
    weight: float

    @property
    def field_name(self) -> str:
        """The form's field."""
        return self.own or taxonomy.hightech()[self.field].name


@cache
def lay_words() -> dict[str, LayWord]:
    """All of them, by word."""
    with (taxonomy.DATA / "lay_words.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["word"]: LayWord(
                row["word"], row["field"], row["own"], row["discipline"], row["industry"], float(row["weight"])
            )
            for row in csv.DictReader(stream)
        }


@cache
def strategic_words() -> dict[str, str]:
    """Word → code of the strategic industry it speaks of (data/strategic_words.csv)."""
    with (taxonomy.DATA / "strategic_words.csv").open(encoding="utf-8", newline="") as stream:
        return {row["word"]: row["industry"] for row in csv.DictReader(stream)}


@cache
def industry_names() -> dict[str, str]:
    """Core of a group's or class's name in GB/T 4754 (电池制造 → 电池) → code of the group, where it is only one's."""
    groups: dict[str, set[str]] = {}
    for entry in taxonomy.industries().values():
        core = next((entry.name[: -len(end)] for end in _ENDINGS if entry.name.endswith(end)), "")
        if entry.level > 2 and len(core) >= 2 and not set("、和及（其") & set(core):
            groups.setdefault(core, set()).add(entry.code if entry.level == 3 else entry.parent)
    return {core: min(codes) for core, codes in groups.items() if len(codes) == 1}


_ENDINGS = ("设备制造", "制品制造", "制造", "加工", "种植", "开采", "采选", "冶炼", "生产")


def found_in(text: str) -> tuple[LayWord, ...]:
    """The words in the beginning of a text, each once, longest first where they overlap (锂电池, not 电池)."""
    return tuple(map(lay_words().__getitem__, _words(text, lay_words(), _lengths("lay"))))


def strategic_in(text: str) -> tuple[str, ...]:
    """Codes of the strategic industries that words in the beginning of a text speak of, one a word."""
    return tuple(map(strategic_words().__getitem__, _words(text, strategic_words(), _lengths("strategic"))))


def groups_in(text: str) -> tuple[str, ...]:
    """Codes of the groups of GB/T 4754 whose products are named in the beginning of a text, one a name."""
    return tuple(map(industry_names().__getitem__, _words(text, industry_names(), _lengths("industry"))))


def _words(text: str, known: Collection[str], lengths: tuple[int, ...]) -> list[str]:
    beginning, found, place = text[:CHARACTERS], dict[str, None](), 0
    while place < len(beginning):
        word = next((one for n in lengths if (one := beginning[place : place + n]) in known), None)
        if word is not None:
            found[word] = None
        place += len(word) if word else 1
    return list(found)


@cache
def _lengths(table: str) -> tuple[int, ...]:
    """Lengths of the words of a table, longest first."""
    tables: dict[str, Collection[str]] = {
        "lay": lay_words(),
        "strategic": strategic_words(),
        "industry": industry_names(),
    }
    words = tables[table]
    return tuple(sorted({len(word) for word in words}, reverse=True))
