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
    topics: list[Numbers]
    """For each station (topics, 2): cosines of e5 and USE."""


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

    def nearest(self, query: Matrix) -> npt.NDArray[np.intp]:
        """Places of all stations, nearest first by their whole text; equals by place."""
        if not self.stations:
            return np.empty(0, dtype=np.intp)
        e5, use = self._cosines(self._profiles, query)
        return np.argsort(-(_standard(e5) + 0.5 * _standard(use)), kind="stable")

    def closeness(self, query: Matrix, rows: npt.NDArray[np.intp], best_topics: int) -> Closeness:
        """Of the stations at these places, topics by the mean of the best few."""
        e5, use = self._cosines(self._profiles[rows], query)
        spans = [np.arange(self._starts[row], self._starts[row + 1]) for row in rows]
        every = np.concatenate(spans) if spans else np.empty(0, dtype=np.intp)
        topics = np.stack(self._cosines(self._topics[every], query), axis=1)
        ends = np.cumsum([len(span) for span in spans])[:-1]
        split = np.split(topics, ends) if spans else []
        best = np.array([_best(part, best_topics) for part in split]).reshape(-1, 2)
        parts = np.column_stack([e5, best[:, 0], use, best[:, 1]])
        return Closeness(rows, parts, split)

    def _cosines(self, matrix: Matrix, query: Matrix) -> tuple[Numbers, Numbers]:
        e5 = matrix[:, : self._split] @ query[: self._split]
        use = matrix[:, self._split :] @ query[self._split :]
        return e5.astype(np.float64), use.astype(np.float64)


def _stacked(rows: Sequence[Matrix]) -> Matrix:
    return np.stack(rows) if rows else np.empty((0, 1), dtype=np.float32)


def _best(topics: Numbers, few: int) -> Numbers:
    best: Numbers = -np.sort(-topics, axis=0)[:few]
    return np.asarray(best.mean(axis=0))


def _standard(values: Numbers) -> Numbers:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
