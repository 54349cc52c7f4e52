"""Learns bot.services.measure from phrases whose topic is known.

`python -m bot.services.measure_training` writes data/measure.npz. Every vector depends on it, so afterwards, in this
order, `python -m bot.services.` shipped_phrases, shipped and field_training.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.core.societies import profiles
from bot.services.measure import FILE, Kind
from bot.services.vectors import Encoders, Encodes, Matrix

SHRINKAGE = 0.7
"""Share of a plain sphere in the spread within topics: the phrases are few beside the dimensions."""
AT_ONCE = 64
KINDS: tuple[Kind, Kind] = ("query", "passage")


def lessons() -> tuple[list[str], list[int]]:
    """Phrases and the number of the topic of each."""
    texts: list[str] = []
    topics: list[int] = []
    for number, topic in enumerate(topic for one in profiles().values() for topic in one.topics):
        phrases = (topic.name, *topic.phrases)
        texts += phrases
        topics += [number] * len(phrases)
    return texts, topics


def directions(rows: Matrix, topics: Sequence[int], shrinkage: float = SHRINKAGE) -> Matrix:
    """(d, d): a sphere is what becomes of the spread that rows on one topic have among themselves."""
    places = np.asarray(topics)
    sums = np.zeros((places.max() + 1, rows.shape[1]))
    np.add.at(sums, places, rows)
    within = rows - (sums / np.bincount(places)[:, None])[places]
    spread = within.T @ within / len(within)
    size = len(spread)
    spread = (1 - shrinkage) * spread + shrinkage * np.trace(spread) / size * np.eye(size)
    values, vectors = np.linalg.eigh(spread)
    return np.asarray(vectors / np.sqrt(values), dtype=np.float32)


def learn(encoders: Encoders, path: Path = FILE) -> None:
    """Writes the measures of both encoders; only e5 gets directions, they did not help USE."""
    texts, topics = lessons()
    e5 = {kind: _rows(encoders.e5, texts, kind) for kind in KINDS}
    use = _rows(encoders.use, texts, "query")
    middles = {kind: rows.mean(axis=0) for kind, rows in e5.items()}
    both = np.concatenate([e5[kind] - middles[kind] for kind in KINDS])
    found = directions(both, [*topics, *topics])
    np.savez_compressed(
        path,
        e5_query=middles["query"],
        e5_passage=middles["passage"],
        e5_directions=(found / np.abs(found).max()).astype("<f2"),
        use_query=use.mean(axis=0),
        use_passage=use.mean(axis=0),
    )


def _rows(encoder: Encodes, texts: Sequence[str], kind: Kind) -> Matrix:
    return np.concatenate([encoder.encode(texts[at : at + AT_ONCE], kind) for at in range(0, len(texts), AT_ONCE)])


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    learn(default_encoders())
