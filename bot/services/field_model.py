"""Which field a demand belongs to: its vector, its characters, the nearest phrases of the profiles and lay words."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from bot.core import taxonomy
from bot.core.lay_words import found_in
from bot.core.proposal import texts
from bot.core.routing import FieldGuess
from bot.services.society_bank import Places, SocietyBank, SocietyCloseness
from bot.services.station_index import Numbers, highest_first
from bot.services.vectors import Matrix

FILE = Path(__file__).parent / "data" / "fields.npz"
GRAMS = (2, 3)
GRAM_CHARACTERS = 240
"""Of a demand, for its characters."""
NEAREST, SHARPNESS, FLOOR = 40, 0.5, 0.02
"""Of the profiles' phrases: how many vote, how much nearer ones count, and what a field without votes gets."""


@dataclass(frozen=True)
class FieldModel:
    """Trained by bot.services.field_training; `parts` weigh vector, characters and phrases, then the sharpness."""

    labels: tuple[FieldGuess, ...]
    mean: Matrix
    scale: Matrix
    coefficients: Matrix
    """(labels, width + 1), the constant last."""
    grams: Mapping[str, int]
    rarity: Matrix
    gram_coefficients: Matrix
    """(labels, grams + 1)."""
    parts: tuple[float, ...]

    def shares(self, row: Matrix, text: str, near: SocietyCloseness) -> list[tuple[FieldGuess, float]]:
        """All labels with shares that sum to 1: those of the likeliest national field first."""
        return ordered(self.labels, _softmax(self.parts[3] * self.scores(row, text, near)))

    def scores(self, row: Matrix, text: str, near: SocietyCloseness) -> Numbers:
        """Log-likelihoods up to a constant."""
        vector = _log_softmax(_linear(self.coefficients, (row - self.mean) / self.scale))
        words = _log_softmax(_linear(self.gram_coefficients, weighed(text, self.grams, self.rarity)))
        votes = phrase_votes(self.labels, near)
        known = self.parts[0] * vector + self.parts[1] * words + self.parts[2] * votes
        return np.asarray(known + lay_votes(self.labels, text))


def ordered(labels: Sequence[FieldGuess], shares: Numbers) -> list[tuple[FieldGuess, float]]:
    """By the share of their national field, then by their own."""
    national: defaultdict[str, float] = defaultdict(float)
    for label, share in zip(labels, shares, strict=True):
        national[label.code] += float(share)
    pairs = zip(labels, map(float, shares), strict=True)
    return sorted(pairs, key=lambda pair: (-national[pair[0].code], pair[0].code, -pair[1]))


def phrase_votes(labels: Sequence[FieldGuess], near: SocietyCloseness) -> Numbers:
    """Log of the labels' votes among the nearest phrases of the profiles."""
    order = next(highest_first(near.phrases, NEAREST))
    weights = np.exp(SHARPNESS * (near.phrases[order] - near.phrases[order[0]]))
    votes = np.bincount(phrase_places(near.bank, tuple(labels))[order], weights, minlength=len(labels))
    return np.asarray(np.log(votes / votes.sum() + FLOOR))


@lru_cache(maxsize=4)
def phrase_places(bank: SocietyBank, labels: tuple[FieldGuess, ...]) -> Places:
    """Of every phrase of the bank the place of its label."""
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places[phrase_label(bank, phrase)] for phrase in range(len(bank.texts))], dtype=np.intp)


def lay_votes(labels: Sequence[FieldGuess], text: str) -> Numbers:
    """What the lay words of a text add: more the more of them agree, up to data/proposals.json "lay_weight"."""
    votes = np.zeros(len(labels))
    places = {label: place for place, label in enumerate(labels)}
    for word in found_in(text):
        place = places.get(FieldGuess(word.field, word.field_name))
        if place is not None:
            votes[place] += word.weight
    return np.asarray(float(texts()["lay_weight"]) * votes / (1 + votes.sum()))


def phrase_label(bank: SocietyBank, phrase: int) -> FieldGuess:
    """The label of a phrase: its national field, with the form's own field where the topic names one."""
    topic = bank.owners[phrase][1]
    code = f"{taxonomy.national_field(topic.field)[0]}0"
    return FieldGuess(code, topic.own or taxonomy.hightech()[code].name)


def grams_of(text: str) -> list[str]:
    """Character 2- and 3-grams."""
    lowered = text[:GRAM_CHARACTERS].lower()
    return [lowered[i : i + n] for n in GRAMS for i in range(len(lowered) - n + 1)]


def weighed(text: str, grams: Mapping[str, int], rarity: Matrix) -> Matrix:
    """Known grams by their rarity, length 1; zeros when none is known."""
    row = np.zeros(len(grams), dtype=np.float32)
    for gram, count in Counter(grams_of(text)).items():
        if gram in grams:
            row[grams[gram]] = (1 + np.log(count)) * rarity[grams[gram]]
    length = float(np.linalg.norm(row))
    return row / length if length else row


@cache
def field_model() -> FieldModel:
    """The one that comes with the product."""
    with np.load(FILE, allow_pickle=False) as file:
        about = json.loads(str(file["about"]))
        arrays = {name: file[name].astype(np.float32) for name in ("mean", "scale", "vector", "rarity", "gram")}
    return FieldModel(
        tuple(FieldGuess(code, name) for code, name in about["labels"]),
        arrays["mean"],
        arrays["scale"],
        arrays["vector"],
        {gram: place for place, gram in enumerate(about["grams"])},
        arrays["rarity"],
        arrays["gram"],
        tuple(about["parts"]),
    )


def _linear(coefficients: Matrix, row: Matrix) -> Numbers:
    return np.asarray(coefficients[:, :-1] @ row + coefficients[:, -1], dtype=np.float64)


def _log_softmax(values: Numbers) -> Numbers:
    return np.asarray(values - values.max() - np.log(np.exp(values - values.max()).sum()))


def _softmax(values: Numbers) -> Numbers:
    return np.asarray(np.exp(_log_softmax(values)))
