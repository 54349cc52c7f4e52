"""One way of writing: half width, simplified, no emoji or control characters; positions lead back to the original."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

MAX_CHARACTERS = 3000
"""Longer texts are read up to here."""
MAX_BLANKS = 3
"""Longer runs of blanks are shortened to this: no reader looks further, and none is slowed down."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－─", "-") | dict.fromkeys("～〜∼˜", "~"))
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛", "'"))
_BLANK_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "So", "Sk", "Zs", "Zl", "Zp"})
_DROPPED_CATEGORIES = frozenset({"Cf", "Mn", "Me"})
_KEPT_SYMBOLS = frozenset("°℃℉±×÷≤≥<>=+$￥¥%‰μΩ^|~`")
_VARIANTS = {"徵": "征", "祇": "只", "甚": "甚", "么": "么"}
_MEANT_AS_WRITTEN = frozenset("乾著")


@dataclass(frozen=True)
class Normal:
    """Normalised text with, for each character, its place in the original."""

    text: str
    origin: tuple[int, ...]
    original: str

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of a non-empty stretch of the normalised text."""
        return self.origin[start], self.origin[end - 1] + 1

    def written(self, start: int, end: int) -> str:
        """The stretch as the person wrote it."""
        first, last = self.place(start, end)
        return self.original[first:last]


@lru_cache(maxsize=512)
def normalise(text: str) -> Normal:
    """NFKC character by character, traditional → simplified, lower case; odd characters become blanks."""
    characters: list[str] = []
    origin: list[int] = []
    blanks = 0
    for place, character in enumerate(text[:MAX_CHARACTERS]):
        plain = _plain(character)
        blanks = blanks + 1 if plain.isspace() else 0 if plain else blanks
        if blanks > MAX_BLANKS:
            continue
        characters.append(plain)
        origin.extend([place] * len(plain))
    return Normal("".join(characters), tuple(origin), text)


@lru_cache(maxsize=16_384)
def _plain(character: str) -> str:
    if character in "\n\r":
        return "\n"
    category = unicodedata.category(character)
    if category in _DROPPED_CATEGORIES:
        return ""
    if character in _KEPT_SYMBOLS:
        return unicodedata.normalize("NFKC", character) if character in "￥¥" else character
    folded = unicodedata.normalize("NFKC", character)
    folded = "".join(letter for letter in folded if unicodedata.category(letter) not in _DROPPED_CATEGORIES)
    if category in _BLANK_CATEGORIES and (folded == character or folded.isspace()):
        return " "
    folded = folded.translate(_DASHES).translate(_QUOTES).lower()
    return _simplified(folded) if any("\u3400" <= letter <= "\u9fff" for letter in folded) else folded


def _simplified(text: str) -> str:
    if text in _MEANT_AS_WRITTEN:
        return text
    simple: str = _converter().convert(_VARIANTS.get(text, text))
    return simple if len(simple) == len(text) else text


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def bare(text: str) -> str:
    """Letters, digits and characters only."""
    return "".join(character for character in text if character.isalnum())
