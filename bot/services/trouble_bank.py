"""Moves a demand's vector toward the terms of the trade that go with what people say in its place.

"毛坯车开里头全是砂眼" lies near other complaints about castings, not near 砂型铸造; the sentences of
bot.core.troubles know which topics such complaints belong to, by their vectors and by their words. Who writes at
length writes in the words of the trade already: the longer a text, the less it is moved.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bot.core.routing import RouteQuery, rules
from bot.core.station import StationRecord
from bot.core.troubles import troubles
from bot.services import vectors
from bot.services.measure import unit
from bot.services.shipped_phrases import SAYS, TOPICS, terms_of
from bot.services.station_index import Numbers
from bot.services.trouble_words import Places, TroubleWords
from bot.services.vectors import QUERY_CHARACTERS, Encoders, Matrix

RECENT = 64
"""Demands whose vector is kept; proposing, routing and submitting ask for the same."""
STATIONS = 8192
"""Stations whose words are kept; the same ones come near again and again."""
_beside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="use")
"""USE keeps one core busy, as what follows e5 does: they work at the same time."""
_making = threading.Lock()
_made: dict[str, "TroubleBank"] = {}


@dataclass(frozen=True)
class InTrade:
    """A demand brought from people's words to those of the trade."""

    row: Matrix
    """(width,), the e5 part nearer to the terms of the likeliest topics."""
    terms: Numbers
    """(signs,), how much each character or pair counts in those terms; sums to 1."""


class TroubleBank:
    """One row a sentence, and one a topic: the middle of its terms."""

    def __init__(self, encoders: Encoders) -> None:
        self.troubles = troubles()
        self._encoders = encoders
        self._words = TroubleWords(self.troubles)
        self._says = np.asfortranarray(SAYS.rows(encoders, [text for one in self.troubles for text in one.says]))
        counts = [len(one.says) for one in self.troubles]
        self._places = np.full((len(counts), max(counts, default=0)), sum(counts), dtype=np.intp)
        for row, (count, start) in enumerate(zip(counts, np.cumsum([0, *counts]), strict=False)):
            self._places[row, :count] = np.arange(start, start + count)
        self.middles = TOPICS.rows(encoders, [terms_of(one) for one in self.troubles])
        self._recent: dict[str, InTrade] = {}
        self._stations: dict[tuple[str, ...], Places] = {}

    def in_trade(self, query: RouteQuery) -> "InTrade":
        """The demand as the trade would say it."""
        found = self._recent.get(query.whole)
        if found is None:
            found = self._moved(query)
        self._recent[query.whole] = found
        while len(self._recent) > RECENT:
            self._recent.pop(next(iter(self._recent)), None)
        return found

    def row(self, query: RouteQuery) -> Matrix:
        """Only the vector of `in_trade`."""
        return self.in_trade(query).row

    def shared(self, demand: "InTrade", station: StationRecord) -> float:
        """Share (0–1) of the likely topics' terms that stand in what the station says of itself."""
        words = (station.name, *station.topics)
        rows = self._stations.get(words)
        if rows is None:
            while len(self._stations) >= STATIONS:
                self._stations.pop(next(iter(self._stations)), None)
            rows = self._stations[words] = self._words.rows(words)
        return float(demand.terms[rows].sum())

    def closeness(self, e5: Matrix, text: str) -> Numbers:
        """By topic, how near its nearest few sentences are, in standard deviations of all, and its words."""
        weights = rules()["troubles"]
        cosines = self._says @ e5
        standard = np.append((cosines - cosines.mean()) / (cosines.std() + 1e-9), -np.inf)
        few = int(weights["best_says"])
        nearest = np.partition(standard[self._places], -few, axis=1)[:, -few:].mean(axis=1)
        return np.asarray(nearest + weights["words"] * self._words.closeness(text[:QUERY_CHARACTERS]))

    def _moved(self, query: RouteQuery) -> "InTrade":
        weights, text = rules()["troubles"], query.whole
        e5 = vectors.of_query(self._encoders.e5, query)
        use = _beside.submit(vectors.of_query, self._encoders.use, query)
        near = self.closeness(e5, text)
        likely = np.argsort(-near, kind="stable")[: weights["topics"]]
        parts = np.exp(weights["sharpness"] * (near[likely] - near[likely[0]]))
        toward = unit(parts.astype(np.float32) @ self.middles[likely])
        share = weights["share"] * min(1.0, weights["in_full_up_to"] / max(len(text), 1))
        moved = unit(e5 + np.float32(share) * toward)
        few = parts[: weights["terms_of"]] / parts[: weights["terms_of"]].sum()
        terms = self._words.terms(list(zip(likely[: weights["terms_of"]], few, strict=True)))
        return InTrade(np.concatenate([moved, use.result()]), terms)


def trouble_bank(encoders: Encoders) -> TroubleBank:
    """One a process for each pair of encoders."""
    with _making:
        if encoders.version not in _made:
            _made[encoders.version] = TroubleBank(encoders)
        return _made[encoders.version]
