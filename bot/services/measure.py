"""The space in which demands and stations are compared: what all sentences share is taken out.

Vectors of e5 lie close together whatever they say, and queries lie elsewhere than passages. Each kind is moved to its
own middle, and directions in which sentences on one topic differ anyway are shortened (bot.services.measure_training;
Hatch, Kajarekar, Stolcke: Within-class covariance normalization, 2006).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).parent / "data" / "measure.npz"
Matrix = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]


@dataclass(frozen=True)
class Measure:
    """Of one encoder."""

    middles: Mapping[str, Matrix]
    """By kind."""
    directions: Matrix | None = None
    """(dimensions, dimensions)."""

    def apply(self, rows: Matrix, kind: Kind) -> Matrix:
        """(n, dimensions) → the same shape, rows of length 1."""
        moved = rows - self.middles[kind]
        if self.directions is not None:
            moved = moved @ self.directions
        return unit(moved)


def unit(rows: Matrix) -> Matrix:
    """(…, dimensions), each row brought to length 1."""
    return np.asarray(rows / (np.linalg.norm(rows, axis=-1, keepdims=True) + np.float32(1e-9)), dtype=np.float32)


@cache
def measures() -> Mapping[str, Measure]:
    """By the name of the encoder; encoders that are not here are compared as they are."""
    try:
        with np.load(FILE, allow_pickle=False) as file:
            arrays = {name: file[name].astype(np.float32) for name in file.files}
    except (OSError, ValueError):
        return {}
    names = {name.split("_")[0] for name in arrays}
    return {
        name: Measure(
            {"query": arrays[f"{name}_query"], "passage": arrays[f"{name}_passage"]}, arrays.get(f"{name}_directions")
        )
        for name in names
    }


@cache
def version() -> str:
    """Changes when the measure does, so that vectors made with another one are not taken."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:12] if FILE.exists() else ""


def measured(encoder: str, rows: Matrix, kind: Kind) -> Matrix:
    """Rows of this encoder as they are compared."""
    known = measures().get(encoder)
    return rows if known is None else known.apply(rows, kind)
