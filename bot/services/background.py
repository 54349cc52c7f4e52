"""The subjects of all fields as a yardstick: how close a demand is to things it does not ask for."""

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.core import taxonomy
from bot.core.routing import FieldGuess, rules
from bot.core.station import StationRecord
from bot.services import shipped, vectors
from bot.services.station_index import PARTS, Closeness, Numbers, StationIndex
from bot.services.vectors import Encoders, Matrix, StationVectors

_making = threading.Lock()
_made: dict[str, "Background"] = {}


@dataclass(frozen=True)
class Yardstick:
    """Mean and spread of a demand's closeness to the subjects of all fields, for each of PARTS."""

    mean: Numbers
    spread: Numbers

    def meaning(self, closeness: Closeness) -> Numbers:
        """Closeness in standard deviations, weighted over the parts."""
        weights = np.array([rules()["meaning"][part] for part in PARTS])
        standard = (closeness.parts - self.mean) / self.spread
        return np.asarray(standard @ weights / weights.sum())


class Background:
    """The groups of bot.core.taxonomy as if they were stations."""

    def __init__(self, encoders: Encoders, cache_dir: Path | None = None) -> None:
        self._encoders = encoders
        self._cache_dir = cache_dir
        self._groups = taxonomy.field_groups()

    @cached_property
    def _index(self) -> StationIndex:
        records = shipped.subjects()
        found = kept(self._encoders, records, self._cache_dir)
        return StationIndex(records, found, self._encoders.e5.dimensions)

    def subjects(self) -> Matrix:
        """(subjects, e5 dimensions)."""
        return self._index.e5_rows(np.arange(len(self._index)))

    def yardstick(self, query: Matrix) -> Yardstick:
        """The yardstick for this demand."""
        parts = self._closeness(query).parts
        return Yardstick(parts.mean(axis=0), parts.std(axis=0) + 1e-9)

    def fields(self, query: Matrix) -> list[tuple[FieldGuess, float]]:
        """The fields a demand may belong to by meaning alone, likeliest first, with shares (sum 1)."""
        best: dict[FieldGuess, float] = {}
        for group, value in zip(self._groups, self.yardstick(query).meaning(self._closeness(query)), strict=True):
            guess = FieldGuess(group.code, group.field)
            best[guess] = max(best.get(guess, -9.0), float(value))
        total = sum(np.exp(2 * value) for value in best.values())
        shares = [(guess, float(np.exp(2 * value) / total)) for guess, value in best.items()]
        return sorted(shares, key=lambda pair: -pair[1])

    def _closeness(self, query: Matrix) -> Closeness:
        return self._index.closeness(query, np.arange(len(self._index)), rules()["best_topics"])


def background(encoders: Encoders, cache_dir: Path | None = None) -> Background:
    """One a process for each pair of encoders; vectors are kept under `cache_dir` when it is given."""
    key = f"{encoders.e5.name}:{encoders.use.name}"
    with _making:
        if key not in _made:
            _made[key] = Background(encoders, cache_dir)
        return _made[key]


def kept(
    encoders: Encoders, stations: list[StationRecord], cache_dir: Path | None, progress: vectors.Progress | None = None
) -> list[StationVectors]:
    """Vectors of these stations, read from a file of `cache_dir` when they were computed before."""
    hashes = [encoders.text_hash(station) for station in stations]
    if cache_dir is None or all(one in shipped.ready() for one in hashes):
        return shipped.of_stations(encoders, stations, progress)
    path = cache_dir / f"{hashlib.sha256(''.join(hashes).encode()).hexdigest()[:32]}.npz"
    known = _read(path, encoders.width)
    if known is None or len(known) != len(stations):
        known = shipped.of_stations(encoders, stations, progress)
        _write(path, known)
    return known


def _read(path: Path, width: int) -> list[StationVectors] | None:
    """None when there is no such file or it cannot be used."""
    try:
        with np.load(path, allow_pickle=False) as file:
            rows, starts = file["rows"].astype(np.float32), file["starts"]
    except (OSError, ValueError, KeyError, EOFError):
        return None
    if rows.ndim != 2 or rows.shape[1] != width or len(starts) < 2:
        return None
    return [StationVectors(rows[start:end]) for start, end in pairwise(starts)]


def _write(path: Path, found: list[StationVectors]) -> None:
    """Whole or not at all; a folder that cannot be written costs only the next start."""
    starts = np.cumsum([0, *(len(one.rows) for one in found)])
    staged = path.with_suffix(f".{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("wb") as stream:
            np.savez(stream, rows=np.concatenate([one.rows for one in found]).astype("<f2"), starts=starts)
        staged.replace(path)
    except OSError:
        staged.unlink(missing_ok=True)
