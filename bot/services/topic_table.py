"""Vectors of topics, each text once: stations of the same society say the same."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.services.vectors import Matrix

Places = npt.NDArray[np.int32]
_Rows = npt.NDArray[Any]
_Half = npt.NDArray[np.float16]
FIRST_ROWS = 256
SINGLE_ROWS = 8192
"""Up to so many rows are kept in single precision (29 MB), which is read without conversion."""


class TopicTable:
    """Grows only: places that were given out stay right, also for readers of an older index."""

    def __init__(self, width: int) -> None:
        self._rows: _Rows = np.empty((0, width), dtype=np.float32)
        self._places: dict[str, int] = {}
        self._adding = threading.Lock()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, text: str) -> bool:
        return text in self._places

    def row(self, text: str) -> _Half:
        """Half precision, as it is stored."""
        return np.asarray(self._rows[self._places[text]], dtype=np.float16)

    def rows(self, places: npt.NDArray[Any]) -> Matrix:
        """(n, width) in single precision."""
        return np.asarray(self._rows[places], dtype=np.float32)

    def add(self, texts: Sequence[str], rows: Iterable[npt.NDArray[Any]]) -> Places:
        """Places of these texts; a text that is known keeps its row."""
        with self._adding:
            found = [self._place(text, row) for text, row in zip(texts, rows, strict=True)]
        return np.array(found, dtype=np.int32)

    def _place(self, text: str, row: npt.NDArray[Any]) -> int:
        place = self._places.get(text)
        if place is None:
            place = len(self._places)
            if place == len(self._rows):
                self._grow()
            self._rows[place] = row
            self._places[text] = place
        return place

    def _grow(self) -> None:
        count = max(FIRST_ROWS, 2 * len(self._rows))
        precision = np.float32 if count <= SINGLE_ROWS else np.float16
        larger = np.empty((count, self._rows.shape[1]), dtype=precision)
        larger[: len(self._rows)] = self._rows
        self._rows = larger
