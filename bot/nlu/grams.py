"""Character n-grams weighted by TF-IDF, with numpy alone at prediction."""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
LONGEST = 3
MAX_CHARACTERS = 300


def cut(text: str) -> list[str]:
    """N-grams of 1 to LONGEST characters with a blank at each end."""
    padded = f" {text[:MAX_CHARACTERS]} "
    return [padded[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(padded) - n + 1)]


class GramWeights:
    """Vocabulary and inverse document frequencies; turns a text into (columns, values) of a unit vector."""

    def __init__(self, vocabulary: list[str], idf: Floats) -> None:
        self.vocabulary = vocabulary
        self.idf = idf
        self._column = {gram: column for column, gram in enumerate(vocabulary)}

    @classmethod
    def fitted(cls, texts: Iterable[str], least: int = 2) -> "GramWeights":
        """Weights of the n-grams that stand in at least `least` of the texts."""
        documents = [set(cut(text)) for text in texts]
        counts = Counter(gram for grams in documents for gram in grams)
        vocabulary = sorted(gram for gram, count in counts.items() if count >= least)
        total = len(documents)
        idf = [math.log((1 + total) / (1 + counts[gram])) + 1 for gram in vocabulary]
        return cls(vocabulary, np.asarray(idf, dtype=np.float32))

    def vector(self, text: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """Columns and values; the values have length 1 together, term counts damped by logarithm."""
        counts = Counter(gram for gram in cut(text) if gram in self._column)
        columns = np.fromiter((self._column[gram] for gram in counts), dtype=np.int64, count=len(counts))
        values = np.fromiter((1 + math.log(count) for count in counts.values()), dtype=np.float32, count=len(counts))
        values = values * self.idf[columns]
        length = float(np.linalg.norm(values))
        return columns, values / length if length else values
