"""Vectors of the societies' phrases and of the troubles that come with the product.

A text is taken only where encoder and text are the same as when it was made; others are computed. After a change of
the profiles or the troubles: `python -m bot.services.shipped_phrases`, then `python -m bot.services.field_training`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bot.core.societies import profiles
from bot.core.troubles import Trouble, troubles
from bot.services import packed_rows
from bot.services.measure import unit
from bot.services.vectors import Encoders, Matrix, compared

FOLDER = Path(__file__).parent / "data"
AT_ONCE = 64
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Shipped:
    """One file of vectors: what their texts are, and how a row is computed where the file has none."""

    file: Path
    texts: Callable[[], list[str]]
    compute: Callable[[Encoders, Sequence[str]], Matrix]

    @cached_property
    def ready(self) -> Mapping[str, Matrix]:
        """Key → row."""
        return packed_rows.read(self.file)

    def rows(self, encoders: Encoders, texts: Sequence[str]) -> Matrix:
        """One row a text, at least one text, in order; only what is not shipped is computed."""
        keys = {text: key(encoders, text) for text in texts}
        missing = [text for text, one in keys.items() if one not in self.ready]
        computed = dict(zip(missing, self.compute(encoders, missing), strict=True)) if missing else {}
        return np.stack([computed[text] if text in computed else self.ready[keys[text]] for text in texts])

    def make(self, encoders: Encoders) -> int:
        """Writes the file, computing only what is new; how many rows."""
        wanted = self.texts()
        rows = [self.rows(encoders, wanted[start : start + AT_ONCE]) for start in range(0, len(wanted), AT_ONCE)]
        packed_rows.write(self.file, [key(encoders, text) for text in wanted], np.concatenate(rows))
        return len(wanted)


def key(encoders: Encoders, text: str) -> str:
    """Of a text as these encoders see it."""
    return hashlib.sha256(f"{encoders.version}{SEPARATOR}{text}".encode()).hexdigest()[:16]


def terms_of(trouble: Trouble) -> str:
    """The topic and its terms as one text of TOPICS."""
    return SEPARATOR.join((trouble.topic, *trouble.terms))


def _phrases() -> list[str]:
    return list(dict.fromkeys(text for one in profiles().values() for text in one.phrases))


def _sentences() -> list[str]:
    return list(dict.fromkeys(text for one in troubles() for text in one.says))


def _middles(encoders: Encoders, texts: Sequence[str]) -> Matrix:
    terms = [text.split(SEPARATOR) for text in texts]
    rows = compared(encoders.e5, [term for few in terms for term in few], "passage")
    starts = np.cumsum([0, *map(len, terms)])[:-1]
    return unit(np.add.reduceat(rows, starts, axis=0))


PHRASES = Shipped(FOLDER / "phrases.npz", _phrases, lambda encoders, texts: encoders.rows(texts, "passage"))
"""(n, width): every phrase of every profile, as a passage."""
SAYS = Shipped(FOLDER / "says.npz", _sentences, lambda encoders, texts: compared(encoders.e5, texts, "query"))
"""(n, dimensions of e5): everything that people say, as a query."""
TOPICS = Shipped(FOLDER / "topics.npz", lambda: [terms_of(one) for one in troubles()], _middles)
"""(n, dimensions of e5): the middle of each topic's terms, of length 1."""


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    for part in (PHRASES, SAYS, TOPICS):
        print(part.file.name, part.make(default_encoders()))
