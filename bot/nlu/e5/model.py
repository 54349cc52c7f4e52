"""The model itself: tokens in, one vector a text out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.nlu.e5.unigram import Unigram
from bot.nlu.e5.weights import BLOCK, Floats, Weights, opened
from bot.nlu.inference import session

GRAPH = Path(__file__).parent / "graph.onnx"
"""The operations without any weight; written by tools/e5_graph.py."""
THREADS = 2
AT_ONCE = 16
"""Texts of like length that are computed together."""


class Model:
    """OSError or RuntimeError when something of it cannot load."""

    def __init__(self) -> None:
        self._weights, vocabulary = opened()
        self.dimensions: int = self._weights.width
        self._unigram = Unigram(vocabulary)
        width = self.dimensions
        positions = self._weights.floats("emb.pos").reshape(-1, width)
        self._positions = positions + self._weights.floats("emb.type").reshape(-1, width)[0]
        self._session = session(GRAPH.read_bytes(), THREADS, dict(_tensors(self._weights)))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(n, dimensions), rows of length 1; of a text of more than the longest that the model knows, its beginning."""
        tokens = [self._unigram.tokens(text) for text in texts]
        most = self._weights.longest
        tokens = [[*one[: most - 1], one[-1]] if len(one) > most else one for one in tokens]
        order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), AT_ONCE):
            places = order[start : start + AT_ONCE]
            found[places] = self._together([tokens[place] for place in places])
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

    def _together(self, tokens: Sequence[Sequence[int]]) -> Floats:
        """The mean of each text's states, (texts, dimensions)."""
        lengths = np.array([len(one) for one in tokens], dtype=np.int32)
        there = np.arange(lengths.max()) < lengths[:, None]
        first = np.zeros((*there.shape, self.dimensions), dtype=np.float32)
        flat = np.concatenate([np.asarray(one, dtype=np.intp) for one in tokens])
        first[there] = self._weights.rows("emb.word", self.dimensions, flat)
        first += self._positions[: there.shape[1]]
        last: Floats = self._session.run(["states"], {"embedded": first, "lengths": lengths})[0]
        return np.asarray(np.where(there[..., None], last, 0).sum(axis=1) / lengths[:, None], dtype=np.float32)


def _tensors(weights: Weights) -> list[tuple[str, npt.NDArray[Any]]]:
    """Everything that the graph names, in the layout of ONNX Runtime's operators."""
    width, inner = weights.width, weights.inner
    found: list[tuple[str, npt.NDArray[Any]]] = [(name, weights.floats(name)) for name in ("emb.ln.w", "emb.ln.b")]
    for layer in range(weights.layers):
        at = f"l{layer}."
        for name, into in (("q", width), ("k", width), ("v", width), ("ao", width), ("fi", width), ("fo", inner)):
            found += zip((f"{at}{name}.w", f"{at}{name}.s"), _packed(weights, f"{at}{name}.w", into), strict=True)
        found.append((f"{at}qkv.b", np.concatenate([weights.floats(f"{at}{name}.b") for name in "qkv"])))
        names = ("ao.b", "aln.w", "aln.b", "fi.b", "fo.b", "oln.w", "oln.b")
        found += [(at + name, weights.floats(at + name)) for name in names]
    return found


def _packed(weights: Weights, name: str, width: int) -> tuple[npt.NDArray[np.uint8], Floats]:
    """Of MatMulNBits: (rows, blocks, BLOCK / 2), neighbours in one byte, and the scales, flat."""
    scales, stored = weights.blocks(name, width)
    packed = np.asarray(stored[..., 0::2] | (stored[..., 1::2] << 4), dtype=np.uint8)
    return packed.reshape(-1, width // BLOCK, BLOCK // 2), scales.ravel()
