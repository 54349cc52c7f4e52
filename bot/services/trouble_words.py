"""Which technical topics the words of a demand point to, and which stations have the words of those topics.

Okapi BM25 over single characters and pairs of them.

A sentence vector hears the tone of a complaint; the characters 砂, 铸, 酸价 say what it is about. Together they are
right more often than either.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.core.troubles import Trouble

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""k1 and b of BM25."""


class TroubleWords:
    """One column a topic, one row a character or a pair of characters."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        counts = [
            Counter(sign for text in (*one.says, *one.terms, one.topic) for sign in signs(text)) for one in troubles
        ]
        self._rows = {sign: row for row, sign in enumerate(sorted({sign for found in counts for sign in found}))}
        self._topics = len(counts)
        lengths = np.array([sum(found.values()) for found in counts], dtype=np.float64)
        norms = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / max(float(lengths.mean()), 1.0))
        spread = Counter(sign for found in counts for sign in found)
        rarity = {sign: math.log(1 + (self._topics - many + 0.5) / (many + 0.5)) for sign, many in spread.items()}
        rows, columns, weights = [], [], []
        for column, found in enumerate(counts):
            for sign, count in found.items():
                rows.append(self._rows[sign])
                columns.append(column)
                weights.append(rarity[sign] * count * (SATURATION + 1) / (count + norms[column]))
        self._weights = csr_matrix((weights, (rows, columns)), shape=(len(self._rows), self._topics))
        self._terms = [self.rows((one.topic, *one.terms)) for one in troubles]
        self._rarity = np.array([rarity[sign] for sign in self._rows])

    def closeness(self, text: str) -> Numbers:
        """(topics,), 0 where the text shares nothing with a topic; every sign of the text counts once."""
        starts, held = self._weights.indptr, np.zeros(self._topics)
        for row in self.rows([text]):
            part = slice(starts[row], starts[row + 1])
            held[self._weights.indices[part]] += self._weights.data[part]
        return held

    def rows(self, texts: Iterable[str]) -> Places:
        """Of the signs that stand in any of the texts, each once."""
        found = dict.fromkeys(sign for text in texts for sign in signs(text))
        return np.array([self._rows[sign] for sign in found if sign in self._rows], dtype=np.intp)

    def terms(self, shares: Sequence[tuple[int, float]]) -> Numbers:
        """(signs,), how much each sign counts in the terms of these topics (place, share); sums to 1."""
        found = np.zeros(len(self._rows))
        for topic, share in shares:
            rows = self._terms[topic]
            found[rows] += share * self._rarity[rows]
        return np.asarray(found / (found.sum() + 1e-9))


def signs(text: str) -> Iterable[str]:
    """Characters and neighbouring pairs of what is written, without punctuation."""
    plain = "".join(sign for sign in text.lower() if sign.isalnum())
    yield from (sign for sign in plain if "\u4e00" <= sign <= "\u9fff")
    yield from (plain[place : place + 2] for place in range(len(plain) - 1))
