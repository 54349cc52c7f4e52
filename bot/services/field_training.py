"""Trains bot.services.field_model and need_model from the profiles, the national table and our own examples.

`python -m bot.services.field_training` writes data/fields.npz and data/needs.npz. The sharpness of the shares comes
from models that have not seen the whole needs they are judged on; the model that is kept has seen all.
"""

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.core import taxonomy
from bot.core.routing import FieldGuess, RouteQuery
from bot.core.troubles import troubles
from bot.services import field_model, need_model, vectors
from bot.services.field_model import FieldModel
from bot.services.need_model import NeedModel
from bot.services.society_bank import SocietyBank, society_bank
from bot.services.station_index import Numbers
from bot.services.trouble_bank import trouble_bank
from bot.services.vectors import Encoders, Matrix

REACH_WEIGHT = {"main": 1.0, "special": 0.6, "seldom": 0.2}
VECTOR_C, GRAM_C, NEED_C = 0.001, 3.0, 0.003
SAYS_APART = 4
"""Every fourth sentence of a topic stands for all."""
NEED_WEIGHT = 1.5
"""Of all needs together beside all small talk: a need that is held back costs a person's look."""
PARTS = (1.0, 1.0, 1.0)
SHARPNESSES = tuple(float(one) for one in np.arange(0.3, 2.05, 0.05))
FOLDS = 5
COMMON = 2
"""Texts that a gram must stand in."""


@dataclass(frozen=True)
class Lesson:
    """A text with its field and how much it counts."""

    text: str
    label: FieldGuess
    weight: float
    title: str | None = None

    @property
    def query(self) -> RouteQuery:
        """As a demand would be put to the model."""
        return RouteQuery(self.text, self.title)


def lessons(bank: SocietyBank) -> list[Lesson]:
    """Phrases of the profiles and names of the national table."""
    found = [
        Lesson(text, field_model.phrase_label(bank, place), REACH_WEIGHT[bank.owners[place][0].reach])
        for place, text in enumerate(bank.texts)
    ]
    table = taxonomy.hightech()
    for entry in table.values():
        if entry.level > 1:
            code = f"{entry.code[0]}0"
            found.append(Lesson(entry.name, FieldGuess(code, table[code].name), 1.0))
    return found


def examples() -> list[Lesson]:
    """data/field_examples.csv: demands as enterprises put them, by national field; written for 助力通."""
    with (taxonomy.DATA / "field_examples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = taxonomy.hightech()
    return [Lesson(row["text"], FieldGuess(row["field"], names[row["field"]].name), 1.0) for row in rows]


def phrases() -> list[Lesson]:
    """data/field_phrases.csv: what belongs where although its words point elsewhere (a crane's monitor: 80)."""
    with (taxonomy.DATA / "field_phrases.csv").open(encoding="utf-8", newline="") as stream:
        return [Lesson(row["text"], _label(row), 1.0) for row in csv.DictReader(stream)]


def needs() -> list[Lesson]:
    """data/field_needs.csv: whole needs with a title, as enterprises publish them; written for 助力通."""
    with (taxonomy.DATA / "field_needs.csv").open(encoding="utf-8", newline="") as stream:
        return [Lesson(row["text"], _label(row), 1.0, row["title"]) for row in csv.DictReader(stream)]


def _label(row: Mapping[str, str]) -> FieldGuess:
    return FieldGuess(row["field"], row["own"] or taxonomy.hightech()[row["field"]].name)


def fit(taught: Sequence[Lesson], rows: Matrix, sharpness: float = 1.0) -> FieldModel:
    """A model from these lessons and their vectors."""
    labels = tuple(sorted({one.label for one in taught}, key=lambda one: (one.code, one.name)))
    places = [labels.index(one.label) for one in taught]
    weights = np.array([one.weight for one in taught])
    scaler = StandardScaler().fit(rows)
    vector = LogisticRegression(C=VECTOR_C, max_iter=500).fit(scaler.transform(rows), places, sample_weight=weights)
    texts = [one.query.whole for one in taught]
    grams, rarity = _grams(texts)
    table = csr_matrix(np.stack([field_model.weighed(text, grams, rarity) for text in texts]))
    words = LogisticRegression(C=GRAM_C, max_iter=500).fit(table, places, sample_weight=weights)
    return FieldModel(
        labels,
        scaler.mean_.astype(np.float32),
        scaler.scale_.astype(np.float32),
        _coefficients(vector),
        grams,
        rarity,
        _coefficients(words),
        (*PARTS, sharpness),
    )


def encoded(encoders: Encoders, taught: Sequence[Lesson]) -> Matrix:
    """Vectors as a demand would get them; phrases at once, needs with a title one by one."""
    rows = encoders.plain([one.text for one in taught if one.title is None])
    titled = [vectors.plain_of_query(encoders, one.query) for one in taught if one.title is not None]
    found = np.empty((len(taught), encoders.width), dtype=np.float32)
    with_title = np.array([one.title is not None for one in taught])
    found[~with_title] = rows
    if titled:
        found[with_title] = np.stack(titled)
    return found


def calibrated(encoders: Encoders, taught: Sequence[Lesson], rows: Matrix) -> tuple[float, float, float]:
    """(sharpness, share of right firsts, mean confidence of the firsts) on whole needs, fold by fold."""
    bank, moving = society_bank(encoders), trouble_bank(encoders)
    whole = np.flatnonzero([one.title is not None for one in taught])
    scores: list[tuple[Numbers, str]] = []
    for fold in range(FOLDS):
        held = set(whole[fold::FOLDS].tolist())
        kept = [place for place in range(len(taught)) if place not in held]
        model = fit([taught[place] for place in kept], rows[kept])
        for place in sorted(held):
            one = taught[place]
            near = bank.measure(moving.row(one.query))
            scores.append((model.scores(rows[place], one.query.whole, near), one.label.code))
    best = min(SHARPNESSES, key=lambda sharpness: _loss(model, scores, sharpness))
    firsts = [(_national(model, values, best), code) for values, code in scores]
    right = np.mean([max(shares, key=lambda one: shares[one]) == code for shares, code in firsts])
    return best, float(right), float(np.mean([max(shares.values()) for shares, _ in firsts]))


def fit_need(encoders: Encoders) -> NeedModel:
    """Needs against small talk: data/need_examples.csv, the fields' examples and what people say against
    data/small_talk.csv."""
    says = [text for one in troubles() for text in one.says[::SAYS_APART]]
    needs = [*_texts("need_examples.csv"), *(one.text for one in examples()), *says]
    talk = _texts("small_talk.csv")
    rows = encoders.plain([*needs, *talk])
    scaler = StandardScaler().fit(rows)
    weights = [NEED_WEIGHT * len(talk) / len(needs)] * len(needs) + [1.0] * len(talk)
    model = LogisticRegression(C=NEED_C, max_iter=1000)
    model.fit(scaler.transform(rows), [1] * len(needs) + [0] * len(talk), sample_weight=weights)
    return NeedModel(scaler.mean_.astype(np.float32), scaler.scale_.astype(np.float32), _coefficients(model)[0])


def save_need(model: NeedModel, path: Path = need_model.FILE) -> None:
    """Small enough to be kept as it is."""
    np.savez_compressed(path, mean=model.mean, scale=model.scale, coefficients=model.coefficients)


def _texts(file: str) -> list[str]:
    with (taxonomy.DATA / file).open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream)]


def _loss(model: FieldModel, scores: Sequence[tuple[Numbers, str]], sharpness: float) -> float:
    return -sum(math.log(_national(model, values, sharpness)[code] + 1e-9) for values, code in scores)


def _national(model: FieldModel, values: Numbers, sharpness: float) -> dict[str, float]:
    shares: defaultdict[str, float] = defaultdict(float)
    powers = np.exp(sharpness * (values - values.max()))
    for label, share in zip(model.labels, powers / powers.sum(), strict=True):
        shares[label.code] += float(share)
    return shares


def _grams(texts: Sequence[str]) -> tuple[dict[str, int], Matrix]:
    seen = Counter(gram for text in texts for gram in set(field_model.grams_of(text)))
    names = sorted(gram for gram, count in seen.items() if count >= COMMON)
    rarity = np.array([np.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in names], dtype=np.float32)
    return {name: place for place, name in enumerate(names)}, rarity


def _coefficients(model: Any) -> Matrix:
    return np.column_stack([model.coef_, model.intercept_]).astype(np.float32)


def save(model: FieldModel, path: Path = field_model.FILE) -> None:
    """In half precision."""
    about = {
        "labels": [(one.code, one.name) for one in model.labels],
        "grams": list(model.grams),
        "parts": model.parts,
    }
    np.savez_compressed(
        path,
        about=np.array(json.dumps(about, ensure_ascii=False)),
        mean=model.mean,
        scale=model.scale,
        vector=model.coefficients.astype("<f2"),
        rarity=model.rarity.astype("<f2"),
        gram=model.gram_coefficients.astype("<f2"),
    )


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    both = default_encoders()
    every = [*lessons(society_bank(both)), *examples(), *phrases(), *needs()]
    vectors_of_all = encoded(both, every)
    sharpness, right, confidence = calibrated(both, every, vectors_of_all)
    print(f"needs, {FOLDS} folds: right {right:.3f}, mean confidence {confidence:.3f}, sharpness {sharpness:.2f}")
    save(fit(every, vectors_of_all, sharpness))
    save_need(fit_need(both))
