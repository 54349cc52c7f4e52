"""Okapi BM25 (k1 1.5, b 0.75) over jieba words with an inverted index: what routing is measured against."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bot.core.station import StationRecord
from bot.services.words import cut


def over(records: Sequence[StationRecord]) -> Callable[[str], Any]:
    """Text → places of the five best stations."""
    documents = [Counter(cut(record.profile)) for record in records]
    lengths = np.array([sum(words.values()) for words in documents], dtype=float)
    norm = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())
    postings: dict[str, tuple[list[int], list[int]]] = {}
    for place, words in enumerate(documents):
        for word, count in words.items():
            places, counts = postings.setdefault(word, ([], []))
            places.append(place)
            counts.append(count)

    def answer(text: str) -> Any:
        scores = np.zeros(len(documents))
        for word in set(cut(text)) & postings.keys():
            places, counts = (np.array(part) for part in postings[word])
            idf = math.log(1 + (len(documents) - len(places) + 0.5) / (len(places) + 0.5))
            scores[places] += idf * counts * 2.5 / (counts + norm[places])
        return np.argsort(-scores, kind="stable")[:5]

    return answer
