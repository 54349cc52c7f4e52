"""Whole texts of stations as vectors, and how near a demand is to each of them.

Up to EXACT_ROWS every row is compared in full. Beyond, all rows are compared in a few directions first (a principal
component analysis of a sample), and only the nearest of them in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.services.vectors import Matrix

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
EXACT_ROWS = 4096
"""Kept in single precision; more rows are kept in half precision, with their coarse ones beside."""
DIRECTIONS = 128
REFINED = 500
"""Rows compared in full after the coarse look."""
SAMPLED = 2048
"""Rows by which the directions are found and the scale of closeness is set."""
USE_WEIGHT = 0.5
"""Of USE beside e5."""


@dataclass(frozen=True)
class Basis:
    """(width, DIRECTIONS): e5 and USE scaled as they count, where a sample of rows differs most."""

    directions: Matrix

    @classmethod
    def of(cls, rows: Matrix, split: int) -> "Basis":
        """From a sample of rows."""
        e5, use = rows[:, :split], rows[:, split:]
        share = USE_WEIGHT * float((e5 @ e5[0]).std() / ((use @ use[0]).std() + 1e-9))
        scales = np.concatenate([np.ones(split), np.full(rows.shape[1] - split, share)]).astype(np.float32)
        scaled = rows * np.sqrt(scales)
        _, vectors = np.linalg.eigh(scaled.T @ scaled)
        return cls(np.asarray(np.sqrt(scales)[:, None] * vectors[:, -DIRECTIONS:], dtype=np.float32))


class WholeTexts:
    """One row a station, e5 (`split` numbers) and USE side by side."""

    def __init__(self, rows: npt.NDArray[Any], split: int, basis: Basis | None = None) -> None:
        self._split = split
        small = len(rows) <= EXACT_ROWS
        self._rows = rows.astype(np.float32 if small else np.float16, copy=False)
        self._sample = self._sampled()
        self._basis = None if small else basis or Basis.of(self._sample, split)
        self._coarse = self._in_basis(self._rows) if self._basis else np.empty((DIRECTIONS, 0), dtype=np.float32)
        """A column a row: multiplied this way round it is read twice as fast."""

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, places: Places) -> Matrix:
        """(n, width) in single precision."""
        return np.asarray(self._rows[places], dtype=np.float32)

    def nearness(self, query: Matrix) -> Numbers:
        """Of every row, in standard deviations: exact for the nearest REFINED at least."""
        if not len(self._rows):
            return np.empty(0, dtype=np.float64)
        if self._basis is None:
            return _standard(_cosines(self._rows, query, self._split))
        cosines = _cosines(self._sample, query, self._split)
        middle, scale = cosines.mean(axis=0), cosines.std(axis=0) + 1e-9
        spread = float(_standard(cosines).std())
        coarse = (self._basis.directions.T @ query) @ self._coarse
        nearest = np.argpartition(coarse, -REFINED)[-REFINED:]
        found: Numbers = ((coarse - coarse.mean()) * np.float32(spread / (coarse.std() + 1e-9))).astype(np.float64)
        found[nearest] = _weighed((_cosines(self.of(nearest), query, self._split) - middle) / scale)
        return found

    def with_rows(self, places: Sequence[int], rows: Sequence[npt.NDArray[Any]]) -> "WholeTexts":
        """A copy with these rows in place of the old ones; the same where none of them is another one."""
        new = [i for i, place in enumerate(places) if not np.array_equal(self._rows[place], rows[i])]
        if not new:
            return self
        found = self._another(self._rows.copy(), self._coarse.copy())
        found._put([places[i] for i in new], [rows[i] for i in new])
        return found

    def taken(self, order: Places, added: Sequence[npt.NDArray[Any]]) -> "WholeTexts":
        """Rows of this and, behind them, `added`, in this order."""
        size = len(self._rows)
        if not size or (len(order) > EXACT_ROWS) != (self._basis is not None):
            every = [*self._rows, *added]
            rows = [every[place] for place in order]
            return WholeTexts(np.stack(rows) if rows else self._rows[:0], self._split)
        old = np.where(order < size, order, 0)
        found = self._another(self._rows[old], self._coarse[:, old] if self._basis else self._coarse)
        new = [int(place) for place in np.flatnonzero(order >= size)]
        found._put(new, [added[order[place] - size] for place in new])
        return found

    def _another(self, rows: npt.NDArray[Any], coarse: Matrix) -> "WholeTexts":
        found = WholeTexts(rows[:0], self._split)
        found._rows, found._coarse, found._basis, found._sample = rows, coarse, self._basis, self._sample
        return found

    def _put(self, places: Sequence[int], rows: Sequence[npt.NDArray[Any]]) -> None:
        if not places:
            return
        self._rows[list(places)] = np.stack(rows)
        if self._basis:
            self._coarse[:, list(places)] = self._in_basis(np.stack(rows))

    def _sampled(self) -> Matrix:
        step = max(1, len(self._rows) // SAMPLED)
        return np.asarray(self._rows[::step][:SAMPLED], dtype=np.float32)

    def _in_basis(self, rows: npt.NDArray[Any]) -> Matrix:
        assert self._basis is not None
        found = np.empty((DIRECTIONS, len(rows)), dtype=np.float32)
        for start in range(0, len(rows), EXACT_ROWS):
            part = rows[start : start + EXACT_ROWS].astype(np.float32)
            found[:, start : start + EXACT_ROWS] = (part @ self._basis.directions).T
        return found


def _cosines(rows: Any, query: Matrix, split: int) -> Numbers:
    """(n, 2): e5 and USE."""
    return np.column_stack([rows[:, :split] @ query[:split], rows[:, split:] @ query[split:]]).astype(np.float64)


def _standard(cosines: Numbers) -> Numbers:
    return _weighed((cosines - cosines.mean(axis=0)) / (cosines.std(axis=0) + 1e-9))


def _weighed(standard: Numbers) -> Numbers:
    return np.asarray((standard[:, 0] + USE_WEIGHT * standard[:, 1]) / (1 + USE_WEIGHT))
