"""Stations side by side with their vectors, searched by dot products."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.core.station import StationRecord
from bot.services.topic_table import Places, TopicTable
from bot.services.vectors import Matrix, StationVectors
from bot.services.whole_texts import WholeTexts

Numbers = npt.NDArray[np.float64]
_NONE = np.empty(0, dtype=np.int32)
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


@dataclass(frozen=True)
class Entry:
    """A station with its vectors, ready to be put into an index."""

    station: StationRecord
    profile: npt.NDArray[np.float16]
    topics: Places


class StationIndex:
    """An ordered set of stations; `split` is the width of the e5 part of a row.

    Whole texts are kept by bot.services.whole_texts, topics in half precision, each text once.
    """

    def __init__(
        self,
        stations: Sequence[StationRecord],
        vectors: Sequence[StationVectors],
        split: int,
        topics: TopicTable | None = None,
    ) -> None:
        self._split = split
        self.topics = TopicTable(vectors[0].rows.shape[1] if vectors else 1) if topics is None else topics
        self.stations = list(stations)
        self._places = {station.station_id: place for place, station in enumerate(self.stations)}
        self._wholes = WholeTexts(_stacked([one.profile for one in vectors]), split)
        self._topics = [self.topics.add(one.topics, rows.topics) for one, rows in zip(stations, vectors, strict=True)]

    def entries(self, stations: Sequence[StationRecord], vectors: Sequence[StationVectors]) -> list[Entry]:
        """For `changed` of this index; the topics are known to it from now on."""
        return [
            Entry(one, rows.profile.astype(np.float16), self.topics.add(one.topics, rows.topics))
            for one, rows in zip(stations, vectors, strict=True)
        ]

    def changed(self, gone: Collection[str], put: Sequence[Entry]) -> "StationIndex":
        """Another index, by station_id, without the ids in `gone` and with these added or in place of their old rows.

        Costs one copy of the whole texts' matrix; this index stays as it is.
        """
        if not gone and all(entry.station.station_id in self._places for entry in put):
            return self._replaced(put)
        out = {*gone, *(entry.station.station_id for entry in put)}
        records = [*self.stations, *(entry.station for entry in put)]
        topics = [*self._topics, *(entry.topics for entry in put)]
        stay = [place for place, station in enumerate(self.stations) if station.station_id not in out]
        order = sorted((*stay, *range(len(self), len(records))), key=lambda place: records[place].station_id)
        found = StationIndex([], [], self._split, self.topics)
        found.stations, found._topics = [records[place] for place in order], [topics[place] for place in order]
        found._places = {station.station_id: place for place, station in enumerate(found.stations)}
        found._wholes = self._wholes.taken(np.array(order, dtype=np.intp), [entry.profile for entry in put])
        return found

    def _replaced(self, put: Sequence[Entry]) -> "StationIndex":
        """The same stations in the same places, some of them with new rows."""
        found = StationIndex([], [], self._split, self.topics)
        found.stations, found._topics, found._places = list(self.stations), list(self._topics), self._places
        places = [self._places[entry.station.station_id] for entry in put]
        for place, entry in zip(places, put, strict=True):
            found.stations[place], found._topics[place] = entry.station, entry.topics
        found._wholes = self._wholes.with_rows(places, [entry.profile for entry in put])
        return found

    def place(self, station_id: str) -> int | None:
        """Where the station stands; None when it is not here."""
        return self._places.get(station_id)

    def __len__(self) -> int:
        return len(self.stations)

    def e5_rows(self, rows: npt.NDArray[np.intp]) -> Matrix:
        """(n, split): whole texts of the stations at these places."""
        return self._wholes.of(rows)[:, : self._split]

    def whole(self, query: Matrix) -> Numbers:
        """How near each station is by its whole text, in standard deviations."""
        return self._wholes.nearness(query)

    def closeness(self, query: Matrix, rows: npt.NDArray[np.intp], best_topics: int) -> Closeness:
        """Of the stations at these places, topics by the mean of the best few."""
        e5, use = self._cosines(self._wholes.of(rows), query)
        wanted = [self._topics[place] for place in rows]
        counts = np.array([len(one) for one in wanted], dtype=np.intp)
        there = np.arange(counts.max(initial=0)) < counts[:, None]
        places, repeated = np.unique(np.concatenate([*wanted, _NONE]), return_inverse=True)
        topics = np.full((*there.shape, 2), np.nan)
        topics[there] = np.stack(self._cosines(self.topics.rows(places), query), axis=1)[repeated]
        best = np.nanmean(-np.sort(-topics, axis=1)[:, :best_topics], axis=1)
        return Closeness(rows, np.column_stack([e5, best[:, 0], use, best[:, 1]]), topics)

    def _cosines(self, matrix: Matrix, query: Matrix) -> tuple[Numbers, Numbers]:
        e5 = matrix[:, : self._split] @ query[: self._split]
        use = matrix[:, self._split :] @ query[self._split :]
        return e5.astype(np.float64), use.astype(np.float64)


def highest_first(values: Numbers, step: int) -> Iterator[list[int]]:
    """Places by falling value, equals by place, `step` at a time; the first few are found without sorting all."""
    least = np.partition(values, -step)[-step] if len(values) > 4 * step else -np.inf
    for wanted in (np.flatnonzero(values >= least), np.flatnonzero(values < least)):
        order = wanted[np.argsort(-values[wanted], kind="stable")]
        for start in range(0, len(order), step):
            yield [int(place) for place in order[start : start + step]]


def _stacked(rows: Sequence[npt.NDArray[Any]]) -> Matrix:
    found = np.empty((len(rows), len(rows[0]) if rows else 1), dtype=np.float32)
    for place, row in enumerate(rows):
        found[place] = row
    return found
