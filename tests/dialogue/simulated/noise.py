"""How typing spoils a message: typos, lost punctuation, fillers of voice typing, full width, parted messages."""

import re
from collections.abc import Sequence
from random import Random
from typing import Any

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_PUNCTUATION = re.compile(r"[，。！？；]")
_ENDS = re.compile(r"(?<=[，。])")


def spoil(text: str, rng: Random, level: float, kept: Sequence[str], words: dict[str, Any]) -> str:
    """`text` as it is typed in a hurry; what is in `kept` stays as it is, but for the width of its digits."""
    if rng.random() >= level:
        return text
    way = rng.choice(("typo", "no_punctuation", "voice", "full_width", "tail"))
    if way == "typo":
        return _outside(text, kept, lambda part: _typo(part, rng, words["typos"]))
    if way == "no_punctuation":
        return _outside(text, kept, lambda part: _PUNCTUATION.sub(" ", part)).strip()
    if way == "voice":
        return _outside(text, kept, lambda part: _spoken(part, rng, words["fillers"]))
    if way == "full_width":
        return text.translate(_FULL_WIDTH)
    return text.rstrip("。") + str(rng.choice(words["tails"]))


def parted(text: str, rng: Random) -> list[str]:
    """The message in two, at a comma in its middle if there is one."""
    parts = [part for part in _ENDS.split(text) if part]
    if len(parts) < 2:
        return [text]
    cut = rng.randrange(1, len(parts))
    return ["".join(parts[:cut]).rstrip("，"), "".join(parts[cut:])]


def _outside(text: str, kept: Sequence[str], change: Any) -> str:
    """`change` of everything between the kept pieces."""
    if not kept:
        return str(change(text))
    pattern = "|".join(re.escape(one) for one in sorted(kept, key=len, reverse=True))
    pieces = re.split(f"({pattern})", text)
    return "".join(piece if place % 2 else str(change(piece)) for place, piece in enumerate(pieces))


def _typo(text: str, rng: Random, typos: dict[str, str]) -> str:
    places = [place for place, sign in enumerate(text) if sign in typos]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + typos[text[place]] + text[place + 1 :]


def _spoken(text: str, rng: Random, fillers: Sequence[str]) -> str:
    if not re.search(r"[\u4e00-\u9fff]{3}", text):
        return text
    flat = _PUNCTUATION.sub(lambda _: rng.choice(("", rng.choice(fillers))), text)
    return rng.choice(fillers) + flat if rng.random() < 0.5 else flat
