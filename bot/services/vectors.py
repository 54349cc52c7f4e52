"""Sentence vectors of stations and demands: what is encoded, and how it is kept."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.services.measure import measured, measures, unit, version

Matrix = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (done, all)."""
LAYOUT = "2"
"""Raise it when what is encoded or how it is stored changes: all vectors are then computed anew."""
AT_ONCE = 16
"""Stations encoded between two calls of a progress callback."""
QUERY_CHARACTERS = 160
"""Of a demand; the cost of an e5 vector grows with the length."""
TITLED_CHARACTERS = 80
"""Of a demand that has a title: the title has a vector of its own beside it."""
SHORTEST_TITLE = 4


class Encodes(Protocol):
    """bot.nlu.encoder.Encoder, or anything that turns texts into rows of length 1."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Matrix: ...


@dataclass(frozen=True)
class Encoders:
    """The two encoders that routing works with: e5 knows what answers what, USE what is alike."""

    e5: Encodes
    use: Encodes

    @property
    def width(self) -> int:
        """Numbers in one row: e5 and USE side by side."""
        return self.e5.dimensions + self.use.dimensions

    def rows(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> Matrix:
        """(n, width), e5 and USE side by side, each as bot.services.measure has it."""
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        return np.hstack([compared(one, texts, kind) for one in (self.e5, self.use)])

    def plain(self, texts: Sequence[str]) -> Matrix:
        """(n, width), queries as the encoders give them: what the models of fields and needs were taught with."""
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        return np.hstack([self.e5.encode(texts, "query"), self.use.encode(texts, "query")])

    @property
    def version(self) -> str:
        """Which encoders, and which measure: vectors of another version are not compared with these."""
        known = [name for name in (self.e5.name, self.use.name) if name in measures()]
        return "/".join((self.e5.name, self.use.name, *([version()] if known else [])))

    def text_hash(self, station: StationRecord) -> str:
        """Of all that the station's vectors are computed from."""
        parts = [LAYOUT, self.version, station.profile, *station.topics]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class StationVectors:
    """The station's whole text first, then one row a topic."""

    rows: Matrix

    @property
    def profile(self) -> Matrix:
        return np.asarray(self.rows[0])

    @property
    def topics(self) -> Matrix:
        return self.rows[1:]

    def stored(self) -> bytes:
        """Half precision, little endian."""
        return self.rows.astype("<f2").tobytes()


def restored(stored: bytes, width: int) -> StationVectors:
    """What `stored` gave, in half precision; ValueError when it is of another width."""
    flat = np.frombuffer(stored, dtype="<f2")
    if len(flat) == 0 or len(flat) % width:
        raise ValueError("the stored vectors are of another width")
    return StationVectors(flat.reshape(-1, width))


class Vocabulary(Protocol):
    """Topics whose vectors are known already."""

    def __contains__(self, text: str) -> bool: ...

    def row(self, text: str) -> npt.NDArray[np.float16]: ...


def of_stations(
    encoders: Encoders,
    stations: Sequence[StationRecord],
    progress: Progress | None = None,
    known: Vocabulary | None = None,
) -> list[StationVectors]:
    """Vectors of all stations, in order; every text is encoded once, and topics of `known` not at all."""
    found: list[StationVectors] = []
    seen: dict[str, Matrix] = {}
    for start in range(0, len(stations), AT_ONCE):
        part = stations[start : start + AT_ONCE]
        wanted = dict.fromkeys(text for station in part for text in station.topics if text not in seen)
        if known is not None:
            seen |= {text: known.row(text).astype(np.float32) for text in wanted if text in known}
        topics = [text for text in wanted if text not in seen]
        texts = list(dict.fromkeys((*topics, *(station.profile for station in part))))
        rows = dict(zip(texts, encoders.rows(texts, "passage"), strict=True))
        seen |= {text: rows[text] for text in topics}
        found += [
            StationVectors(np.stack([rows[station.profile], *(seen[text] for text in station.topics)]))
            for station in part
        ]
        if progress:
            progress(len(found), len(stations))
    return found


def compared(one: Encodes, texts: Sequence[str], kind: Literal["query", "passage"]) -> Matrix:
    """(n, dimensions) of one encoder, as bot.services.measure has it."""
    return measured(one.name, one.encode(texts, kind), kind)


def of_query(one: Encodes, query: RouteQuery) -> Matrix:
    """(dimensions,) of one encoder for a demand: its beginning; with the title, where it has one that says less than
    all, half and half."""
    return _joined(compared(one, _parts(query), "query"))


def plain_of_query(encoders: Encoders, query: RouteQuery) -> Matrix:
    """(width,) as the encoders give it (Encoders.plain); the texts are in their caches by then."""
    parts = _parts(query)
    return np.concatenate([_joined(one.encode(parts, "query")) for one in (encoders.e5, encoders.use)])


def _parts(query: RouteQuery) -> list[str]:
    title, whole = (query.title or "").strip(), query.whole
    if len(title) < SHORTEST_TITLE or title == whole:
        return [whole[:QUERY_CHARACTERS]]
    return [title[:TITLED_CHARACTERS], whole[:TITLED_CHARACTERS]]


def _joined(rows: Matrix) -> Matrix:
    return unit(rows.sum(axis=0))
