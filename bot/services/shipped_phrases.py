"""Vectors of the societies' phrases and of the troubles that come with the product.

A text is taken only where encoder and text are the same as when it was made; others are computed. After a change of
the profiles or the troubles: `python -m bot.services.shipped_phrases`, then `python -m bot.services.field_training`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.core.societies import profiles
from bot.core.troubles import troubles
from bot.services import packed_rows
from bot.services.measure import measured
from bot.services.vectors import Encoders, Matrix

FILE = Path(__file__).parent / "data" / "phrases.npz"
SAYS_FILE = Path(__file__).parent / "data" / "says.npz"
AT_ONCE = 64


def phrase_rows(encoders: Encoders, texts: Sequence[str]) -> Matrix:
    """(n, width): one row a text as a passage, in order; only what is not shipped is computed."""
    missing = _missing(encoders, texts, ready())
    computed = dict(zip(missing, encoders.rows(missing, "passage"), strict=True))
    return _in_order(encoders, texts, computed, ready(), encoders.width)


def says_rows(encoders: Encoders, texts: Sequence[str]) -> Matrix:
    """(n, dimensions of e5): one row a text as a query, in order; only what is not shipped is computed."""
    missing = _missing(encoders, texts, ready_says())
    computed = dict(zip(missing, _says(encoders, missing), strict=True)) if missing else {}
    return _in_order(encoders, texts, computed, ready_says(), encoders.e5.dimensions)


def key(encoders: Encoders, text: str) -> str:
    """Of a text as these encoders see it."""
    return hashlib.sha256(f"{encoders.version}\x1f{text}".encode()).hexdigest()[:16]


@cache
def ready() -> Mapping[str, Matrix]:
    """Key → row of every phrase that is shipped."""
    return packed_rows.read(FILE)


@cache
def ready_says() -> Mapping[str, Matrix]:
    """Key → row of every sentence that is shipped."""
    return packed_rows.read(SAYS_FILE)


def _missing(encoders: Encoders, texts: Sequence[str], known: Mapping[str, Matrix]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if key(encoders, text) not in known]


def _in_order(
    encoders: Encoders, texts: Sequence[str], computed: Mapping[str, Matrix], known: Mapping[str, Matrix], width: int
) -> Matrix:
    found = [computed[text] if text in computed else known[key(encoders, text)] for text in texts]
    return np.stack(found) if found else np.empty((0, width), dtype=np.float32)


def _says(encoders: Encoders, texts: Sequence[str]) -> Matrix:
    return measured(encoders.e5.name, encoders.e5.encode(texts, "query"), "query")


def texts() -> list[str]:
    """Every phrase of every profile and every term of the troubles, once."""
    phrases = [text for one in profiles().values() for text in one.phrases]
    return list(dict.fromkeys([*phrases, *(text for one in troubles() for text in (one.topic, *one.terms))]))


def sentences() -> list[str]:
    """Everything that people say, once."""
    return list(dict.fromkeys(text for one in troubles() for text in one.says))


def make(encoders: Encoders) -> tuple[int, int]:
    """Writes both files, computing only what is new; how many phrases and sentences."""
    wanted, says = texts(), sentences()
    for path, rows_of, part in ((FILE, phrase_rows, wanted), (SAYS_FILE, says_rows, says)):
        rows = [rows_of(encoders, part[start : start + AT_ONCE]) for start in range(0, len(part), AT_ONCE)]
        packed_rows.write(path, [key(encoders, text) for text in part], np.concatenate(rows))
    return len(wanted), len(says)


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    print(make(default_encoders()))
