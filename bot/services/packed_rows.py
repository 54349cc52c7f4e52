"""Vectors in a file that comes with the product, one byte a number."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.services.vectors import Matrix

STEPS = 127


class PackedRows(Mapping[str, Matrix]):
    """Key → row in single precision."""

    def __init__(self, keys: Sequence[str], rows: npt.NDArray[np.int8], scales: npt.NDArray[np.float32]) -> None:
        self._places = {key: place for place, key in enumerate(keys)}
        self._rows = rows
        self._scales = scales

    def __getitem__(self, key: str) -> Matrix:
        place = self._places[key]
        return np.asarray(self._rows[place].astype(np.float32) * self._scales[place])

    def __contains__(self, key: object) -> bool:
        """Without unpacking the row."""
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def write(path: Path, keys: Sequence[str], rows: Matrix) -> None:
    """One row a key."""
    scales = np.abs(rows).max(axis=1) / STEPS
    steps = np.rint(rows / scales[:, None]).astype(np.int8)
    np.savez_compressed(path, keys=np.array(keys), rows=steps, scales=scales.astype(np.float32))


def read(path: Path) -> PackedRows:
    """What `write` wrote; empty when the file is missing or cannot be used."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return PackedRows([str(key) for key in file["keys"]], file["rows"], file["scales"])
    except (OSError, ValueError, KeyError):
        return PackedRows([], np.empty((0, 0), dtype=np.int8), np.empty(0, dtype=np.float32))
