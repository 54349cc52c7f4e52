"""How close a demand is to what each national society covers, measured phrase by phrase."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.routing import rules
from bot.core.societies import SocietyProfile, SocietyTopic, counterparts, profiles
from bot.core.station import StationRecord
from bot.services.shipped_phrases import PHRASES
from bot.services.station_index import Numbers
from bot.services.vectors import Encoders, Matrix

Places = npt.NDArray[np.intp]
MOST_SOCIETIES = 3
"""That one station may stand for."""
RECENT = 64
"""Demands whose closeness is kept, about 70 KB each."""
_making = threading.Lock()
_made: dict[str, "SocietyBank"] = {}


@dataclass(frozen=True)
class SocietyCloseness:
    """One demand against all profiles."""

    bank: "SocietyBank"
    meaning: Numbers
    """By society, in standard deviations above the mean of all societies."""
    phrases: Numbers
    """By phrase of the bank, in standard deviations above the mean of all phrases."""

    def near(self, society: int, most: int = 3) -> list[str]:
        """The society's phrases nearest to the demand, at least one, the others only if they stand out."""
        places = self.bank.places[society]
        order = places[np.argsort(-self.phrases[places], kind="stable")][:most]
        return [self.bank.texts[place] for i, place in enumerate(order) if i == 0 or self.phrases[place] > 1.0]


class SocietyBank:
    """One row a phrase; a society is as near as the mean of its nearest few phrases."""

    def __init__(self, encoders: Encoders, rows: Matrix | None = None) -> None:
        self.societies: tuple[SocietyProfile, ...] = tuple(profiles().values())
        self.owners: list[tuple[SocietyProfile, SocietyTopic]] = []
        """Of every phrase."""
        self.texts: list[str] = []
        self.places: list[Places] = []
        for society in self.societies:
            start = len(self.texts)
            for topic in society.topics:
                self.texts += [topic.name, *topic.phrases]
                self.owners += [(society, topic)] * (1 + len(topic.phrases))
            self.places.append(np.arange(start, len(self.texts)))
        found, split = PHRASES.rows(encoders, self.texts) if rows is None else rows, encoders.e5.dimensions
        self._split = split
        self._e5, self._use = np.ascontiguousarray(found[:, :split]), np.ascontiguousarray(found[:, split:])
        self._recent: dict[bytes, SocietyCloseness] = {}
        self._order = {society.code: place for place, society in enumerate(self.societies)}
        most = max(len(places) for places in self.places)
        self._padded = np.full((len(self.places), most), len(self.texts), dtype=np.intp)
        for place, places in enumerate(self.places):
            self._padded[place, : len(places)] = places

    def indexes(self, codes: Sequence[str]) -> tuple[int, ...]:
        """Places of the societies with these codes."""
        return tuple(self._order[code] for code in codes if code in self._order)

    def measure(self, query: Matrix) -> SocietyCloseness:
        """The demand against every phrase and every society; proposing, routing and submitting ask for the same."""
        key = query.tobytes()
        found = self._recent.get(key) or self._measured(query)
        self._recent[key] = found
        while len(self._recent) > RECENT:
            self._recent.pop(next(iter(self._recent)), None)
        return found

    def _measured(self, query: Matrix) -> SocietyCloseness:
        e5, use = self._e5 @ query[: self._split], self._use @ query[self._split :]
        weight = float(rules()["society"]["use"])
        meaning = (_standard(self._nearest(e5)) + weight * _standard(self._nearest(use))) / (1 + weight)
        phrases = (_standard(e5) + weight * _standard(use)) / (1 + weight)
        return SocietyCloseness(self, meaning, phrases)

    def _nearest(self, cosines: Matrix) -> Numbers:
        """By society the mean of its nearest few phrases."""
        few = int(rules()["society"]["best_phrases"])
        padded = np.append(cosines, -np.inf)[self._padded]
        return np.asarray(np.partition(padded, -few, axis=1)[:, -few:].mean(axis=1), dtype=np.float64)


def society_bank(encoders: Encoders) -> SocietyBank:
    """One a process for each pair of encoders."""
    with _making:
        if encoders.version not in _made:
            _made[encoders.version] = SocietyBank(encoders)
        return _made[encoders.version]


def _standard(values: Numbers | Matrix) -> Numbers:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9), dtype=np.float64)


class SocietiesOf:
    """Which societies the stations of an index stand for, and how much that counts for them."""

    def __init__(
        self, bank: SocietyBank, stations: Sequence[StationRecord], before: "SocietiesOf | None" = None
    ) -> None:
        """`before`: of an earlier state of the same directory; only what changed since is looked at."""
        self.bank = bank
        self._stations = stations
        rows: Sequence[int] = range(len(stations))
        self._places: Places = np.empty((len(stations), MOST_SOCIETIES), dtype=np.intp)
        self._thin: npt.NDArray[np.bool_] = np.empty(len(stations), dtype=bool)
        if before is not None and len(before._stations) == len(stations):
            self._places[:], self._thin[:] = before._places, before._thin
            rows = [row for row in rows if before._stations[row] is not stations[row]]
        few, none = int(rules()["thin_profile"]["topics"]), len(bank.societies)
        for row in rows:
            station = stations[row]
            found = bank.indexes(counterparts(station.society, station.name))[:MOST_SOCIETIES]
            self._places[row] = (*found, *[none] * (MOST_SOCIETIES - len(found)))
            self._thin[row] = len(station.topics) < few
        self._sets, self._set_of = _distinct(self._places, none + 1)
        weights = rules()["society"]
        shares = np.where(self._thin, np.float32(weights["thin"]), np.float32(weights["rich"]))
        self._shares = np.where(self._places[:, 0] < none, shares, np.float32(0))

    def best(self, near: SocietyCloseness, rows: Places) -> tuple[Places, Numbers]:
        """Of each station the place of its nearest society, and how near it is; 0 where it has none."""
        values = np.append(near.meaning, -np.inf)[self._sets]
        order = values.argmax(axis=1)
        sets, every = self._set_of[rows], np.arange(len(order))
        return self._sets[every, order][sets], np.nan_to_num(values[every, order], neginf=0.0)[sets]

    def blended(self, rows: Places, own: Numbers, society: Numbers) -> Numbers:
        """What the station says of itself and what its society covers; the latter leads where it says little."""
        return np.asarray(own + self._shares[rows] * (society - own))


def _distinct(rows: Places, base: int) -> tuple[Places, Places]:
    """The rows that differ, and of each row its place among them; numbers are below `base`."""
    keys = rows @ base ** np.arange(rows.shape[1])
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    return rows[first], places
