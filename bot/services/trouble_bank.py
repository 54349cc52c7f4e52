"""Moves a demand's vector toward the terms of the trade that go with what people say in its place.

"毛坯车开里头全是砂眼" lies near other complaints about castings, not near 砂型铸造; the sentences of
bot.core.troubles know which topics such complaints belong to.
"""

import threading

import numpy as np

from bot.core.routing import rules
from bot.core.troubles import troubles
from bot.services.shipped_phrases import phrase_rows, says_rows
from bot.services.station_index import Numbers
from bot.services.vectors import Encoders, Matrix

RECENT = 64
"""Demands whose vector is kept; proposing, routing and submitting ask for the same."""
_making = threading.Lock()
_made: dict[str, "TroubleBank"] = {}


class TroubleBank:
    """One row a sentence, and one a topic: the middle of its terms."""

    def __init__(self, encoders: Encoders) -> None:
        self.troubles = troubles()
        self._split = encoders.e5.dimensions
        self._says = says_rows(encoders, [text for one in self.troubles for text in one.says])
        counts = [len(one.says) for one in self.troubles]
        self._places = np.full((len(counts), max(counts, default=0)), sum(counts), dtype=np.intp)
        for row, (count, start) in enumerate(zip(counts, np.cumsum([0, *counts]), strict=False)):
            self._places[row, :count] = np.arange(start, start + count)
        terms = [phrase_rows(encoders, (one.topic, *one.terms))[:, : self._split] for one in self.troubles]
        self._middles = np.stack([_unit(rows.mean(axis=0)) for rows in terms])
        self._recent: dict[bytes, Matrix] = {}

    def closeness(self, query: Matrix) -> Numbers:
        """By topic, how near its nearest few sentences are, in standard deviations of all sentences."""
        cosines = self._says @ query[: self._split]
        standard = np.append((cosines - cosines.mean()) / (cosines.std() + 1e-9), -np.inf)
        few = int(rules()["troubles"]["best_says"])
        return np.asarray(np.partition(standard[self._places], -few, axis=1)[:, -few:].mean(axis=1), dtype=np.float64)

    def moved(self, query: Matrix) -> Matrix:
        """The demand's row (width), its e5 part nearer to the terms of the likeliest topics."""
        key = query.tobytes()
        found = self._recent.get(key)
        found = self._moved(query) if found is None else found
        self._recent[key] = found
        while len(self._recent) > RECENT:
            self._recent.pop(next(iter(self._recent)), None)
        return found

    def _moved(self, query: Matrix) -> Matrix:
        weights = rules()["troubles"]
        near = self.closeness(query)
        likely = np.argsort(-near, kind="stable")[: weights["topics"]]
        shares = np.exp(weights["sharpness"] * (near[likely] - near[likely[0]]))
        toward = _unit(shares.astype(np.float32) @ self._middles[likely])
        moved = query.copy()
        moved[: self._split] = _unit(query[: self._split] + np.float32(weights["share"]) * toward)
        return moved


def trouble_bank(encoders: Encoders) -> TroubleBank:
    """One a process for each pair of encoders."""
    with _making:
        if encoders.version not in _made:
            _made[encoders.version] = TroubleBank(encoders)
        return _made[encoders.version]


def _unit(row: Matrix) -> Matrix:
    return np.asarray(row / (np.linalg.norm(row) + 1e-9), dtype=np.float32)
