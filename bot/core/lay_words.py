"""Words of people who do the work, and the field, discipline and industry they speak of (data/lay_words.csv)."""

import csv
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


def found_in(text: str) -> tuple[LayWord, ...]:
    """The words in the beginning of a text, each once, longest first where they overlap (锂电池, not 电池)."""
    known, lengths = lay_words(), _lengths()
    beginning = text[:CHARACTERS]
    found: dict[str, LayWord] = {}
    place = 0
    while place < len(beginning):
        word = next((one for n in lengths if (one := beginning[place : place + n]) in known), None)
        if word is not None:
            found.setdefault(word, known[word])
        place += len(word) if word else 1
    return tuple(found.values())


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in lay_words()}, reverse=True))
