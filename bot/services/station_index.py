"""Stations side by side with their vectors, searched by dot products."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.station import StationRecord
from bot.services.vectors import Matrix, StationVectors

Numbers = npt.NDArray[np.float64]
PARTS = ("profile_e5", "topics_e5", "profile_use", "topics_use")


@dataclass(frozen=True)
class Closeness:
    """How close a demand is to some stations: one column of PARTS each, and to every topic of theirs."""

    rows: npt.NDArray[np.intp]
    """Places of the stations in the index."""
    parts: Numbers
    """(stations, 4), cosines."""
    topics: Numbers
    """(stations, most topics, 2): cosines of e5 and USE; NaN where a station has fewer topics."""


class StationIndex:
    """An ordered set of stations; `split` is the width of the e5 part of a row."""

    def __init__(self, stations: Sequence[StationRecord], vectors: Sequence[StationVectors], split: int) -> None:
        self.stations = list(stations)
        self._split = split
        self._profiles = _stacked([one.profile for one in vectors])
        self._topics = _stacked([row for one in vectors for row in one.topics])
        self._starts = np.cumsum([0, *(len(one.topics) for one in vectors)])

    def __len__(self) -> int:
        return len(self.stations)

    def whole(self, query: Matrix) -> Numbers:
        """How near each station is by its whole text, in standard deviations."""
        if not self.stations:
            return np.empty(0, dtype=np.float64)
        e5, use = self._cosines(self._profiles, query)
        return np.asarray((_standard(e5) + 0.5 * _standard(use)) / 1.5)

    def closeness(self, query: Matrix, rows: npt.NDArray[np.intp], best_topics: int) -> Closeness:
        """Of the stations at these places, topics by the mean of the best few."""
        e5, use = self._cosines(self._profiles[rows], query)
        starts, counts = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        there = np.arange(counts.max(initial=0)) < counts[:, None]
        places = (starts[:, None] + np.arange(there.shape[1]))[there]
        topics = np.full((*there.shape, 2), np.nan)
        topics[there] = np.stack(self._cosines(self._topics[places], query), axis=1)
        best = np.nanmean(-np.sort(-topics, axis=1)[:, :best_topics], axis=1)
        return Closeness(rows, np.column_stack([e5, best[:, 0], use, best[:, 1]]), topics)

    def _cosines(self, matrix: Matrix, query: Matrix) -> tuple[Numbers, Numbers]:
        e5 = matrix[:, : self._split] @ query[: self._split]
        use = matrix[:, self._split :] @ query[self._split :]
        return e5.astype(np.float64), use.astype(np.float64)


def _stacked(rows: Sequence[Matrix]) -> Matrix:
    return np.stack(rows) if rows else np.empty((0, 1), dtype=np.float32)


def _standard(values: Numbers) -> Numbers:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
