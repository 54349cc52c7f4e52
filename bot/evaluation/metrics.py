"""Figures of classification, calibration and ranking, as scikit-learn defines them; an empty set counts 0."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ClassFigures:
    """One label: precision, recall and F1 in 0–1, and how often it is true."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Confusion:
    """`count` times `said` was said where `truth` is right."""

    truth: str
    said: str
    count: int


@dataclass(frozen=True)
class Selective:
    """What a threshold lets through: its share of all, and how much of that is right."""

    coverage: float
    precision: float
    passed: int


def share(part: float, whole: float) -> float:
    """part / whole, 0 of nothing."""
    return part / whole if whole else 0.0


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    return share(sum(one == other for one, other in zip(truth, said, strict=True)), len(truth))


def per_class(truth: Sequence[str], said: Sequence[str]) -> list[ClassFigures]:
    """Every label that is true or was said, in the order of the alphabet."""
    right = Counter(one for one, other in zip(truth, said, strict=True) if one == other)
    wanted, given = Counter(truth), Counter(said)
    return [_figures(label, right[label], given[label], wanted[label]) for label in sorted(wanted | given)]


def _figures(label: str, right: int, given: int, wanted: int) -> ClassFigures:
    return ClassFigures(label, share(right, given), share(right, wanted), share(2 * right, given + wanted), wanted)


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean of all labels' F1, every label with the same weight."""
    found = per_class(truth, said)
    return share(sum(one.f1 for one in found), len(found))


def confusions(truth: Sequence[str], said: Sequence[str]) -> list[Confusion]:
    """What was taken for what, the commonest first."""
    pairs = Counter((one, other) for one, other in zip(truth, said, strict=True) if one != other)
    return [Confusion(*pair, count) for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))]


def recall_at(ranked: Sequence[Sequence[str]], right: Sequence[Collection[str]], k: int) -> float:
    """Share of rows with a right one among the first `k`."""
    hits = sum(any(one in fine for one in row[:k]) for row, fine in zip(ranked, right, strict=True))
    return share(hits, len(ranked))


def mean_reciprocal_rank(ranked: Sequence[Sequence[str]], right: Sequence[Collection[str]]) -> float:
    """1 for a right one in the first place, 1/2 in the second …; 0 when it is not in the list."""
    found = [
        next((1 / place for place, one in enumerate(row, 1) if one in fine), 0.0)
        for row, fine in zip(ranked, right, strict=True)
    ]
    return share(sum(found), len(found))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: confidence against accuracy in equal bins, weighted by how many are in them."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, fine in zip(confidences, right, strict=True):
        held.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, fine))
    gaps = (abs(sum(c for c, _ in one) - sum(fine for _, fine in one)) for one in held.values())
    return share(sum(gaps), len(confidences))


def selective(scores: Sequence[float], right: Sequence[bool], threshold: float) -> Selective:
    """What stands at or above `threshold`."""
    passed = [fine for score, fine in zip(scores, right, strict=True) if score >= threshold]
    return Selective(share(len(passed), len(scores)), share(sum(passed), len(passed)), len(passed))


def lowest_threshold(scores: Sequence[float], right: Sequence[bool], precision: float) -> float:
    """The lowest score from which at least `precision` of what passes is right; infinite when there is none."""
    order = sorted(zip(scores, right, strict=True), reverse=True)
    best, hits = math.inf, 0
    for count, (score, fine) in enumerate(order, 1):
        hits += fine
        last_of_equals = count == len(order) or order[count][0] < score
        if last_of_equals and hits / count >= precision:
            best = score
    return best


def cross_validated(scores: Sequence[float], right: Sequence[bool], precision: float, folds: int = 5) -> Selective:
    """Each fold behind the threshold that the other folds give; row i is in fold i mod `folds`."""
    passed: list[bool] = []
    for fold in range(folds):
        rest = [(score, fine) for i, (score, fine) in enumerate(zip(scores, right, strict=True)) if i % folds != fold]
        threshold = lowest_threshold([score for score, _ in rest], [fine for _, fine in rest], precision)
        passed += [right[i] for i in range(fold, len(scores), folds) if scores[i] >= threshold]
    return Selective(share(len(passed), len(scores)), share(sum(passed), len(passed)), len(passed))
