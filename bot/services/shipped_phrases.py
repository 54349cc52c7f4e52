"""Vectors of the societies' phrases that come with the product, one byte a number.

A phrase is taken only where encoder and text are the same as when it was made; others are computed. After a
change of the profiles: `python -m bot.services.shipped_phrases`, then `python -m bot.services.field_training`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.core.societies import profiles
from bot.services.vectors import Encoders, Matrix

FILE = Path(__file__).parent / "data" / "phrases.npz"
Steps = npt.NDArray[np.int8]
STEPS = 127
AT_ONCE = 64


def phrase_rows(encoders: Encoders, texts: Sequence[str]) -> Matrix:
    """(n, width): one row a text, in order; only what is not shipped is computed."""
    known = ready()
    missing = [text for text in dict.fromkeys(texts) if key(encoders, text) not in known]
    computed = dict(zip(missing, encoders.rows(missing, "passage"), strict=True))
    found = [computed[text] if text in computed else _whole(*known[key(encoders, text)]) for text in texts]
    return np.stack(found) if found else np.empty((0, encoders.width), dtype=np.float32)


def key(encoders: Encoders, text: str) -> str:
    """Of a text as these encoders see it."""
    return hashlib.sha256(f"{encoders.e5.name}\x1f{encoders.use.name}\x1f{text}".encode()).hexdigest()[:16]


@cache
def ready() -> Mapping[str, tuple[Steps, float]]:
    """Key → row in steps and the length of a step; empty when the file is missing."""
    try:
        with np.load(FILE, allow_pickle=False) as file:
            keys, rows, scales = file["keys"], file["rows"], file["scales"]
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): (row, float(scale)) for name, row, scale in zip(keys, rows, scales, strict=True)}


def _whole(steps: Steps, scale: float) -> Matrix:
    return np.asarray(steps.astype(np.float32) * np.float32(scale))


def texts() -> list[str]:
    """Every phrase of every profile, once."""
    return list(dict.fromkeys(text for one in profiles().values() for text in one.phrases))


def make(encoders: Encoders, path: Path = FILE) -> int:
    """Writes the vectors of all phrases; how many."""
    wanted = texts()
    parts = [encoders.rows(wanted[start : start + AT_ONCE], "passage") for start in range(0, len(wanted), AT_ONCE)]
    rows = np.concatenate(parts)
    scales = np.abs(rows).max(axis=1) / STEPS
    np.savez_compressed(
        path,
        keys=np.array([key(encoders, text) for text in wanted]),
        rows=np.rint(rows / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
    )
    return len(wanted)


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    print(make(default_encoders()))
