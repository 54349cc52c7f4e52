"""Fits the intent model; scipy and scikit-learn are needed here and nowhere else."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold

from bot.nlu.encoder import EncoderName, encoder
from bot.nlu.grams import Floats, GramWeights
from bot.nlu.intents import IntentModel, likeness, plain, standardised
from bot.nlu.signs import signs
from bot.nlu.values import extract

CHARACTERS, SIGNS, RIDGE = 0.85, 0.15, 0.3
"""Weights of the two linear kernels beside the Gaussian one, and the regularisation: by cross-validation on nlu_data
with like sentences kept in one fold."""
FOLDS = 3
_DAY = date(2026, 1, 5)
"""Any day: only whether a text names a date counts."""


@dataclass(frozen=True)
class _Features:
    """What the kernel is made of, a row an example."""

    vectors: Floats
    characters: csr_matrix
    signs: Floats

    def kernel(self) -> Floats:
        words = (self.characters @ self.characters.T).toarray()
        shown = self.signs @ self.signs.T
        return np.asarray(
            likeness(self.vectors @ self.vectors.T) + CHARACTERS * words + SIGNS * shown, dtype=np.float32
        )


def train(texts: list[str], intents: list[str], encoder_name: EncoderName) -> IntentModel:
    """A calibrated model; a label needs at least FOLDS examples for the calibration."""
    shown = np.stack([signs(text, extract(text, _DAY, None)) for text in texts])
    texts = [plain(text) for text in texts]
    sentence = encoder(encoder_name)
    vectors = sentence.encode(texts)
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    grams = GramWeights.fitted(texts)
    features = _Features(standardised(vectors, mean, deviation), _sparse(grams, texts), shown)
    labels = sorted(set(intents))
    target = np.array([labels.index(intent) for intent in intents])
    kernel = features.kernel()
    temperature = _temperature(kernel, target)
    weights = _fitted(kernel, target)
    return IntentModel(
        labels,
        "use" if sentence.name == "use" else "e5" if sentence.name == "e5" else "characters",
        mean,
        deviation,
        grams,
        features.vectors,
        weights,
        np.asarray(CHARACTERS * (features.characters.T @ weights), dtype=np.float32),
        np.asarray(SIGNS * (shown.T @ weights), dtype=np.float32),
        temperature,
    )


def _fitted(kernel: Floats, target: npt.NDArray[np.int64]) -> Floats:
    """(examples, labels) weights of kernel ridge regression on one-hot targets."""
    wanted = np.eye(int(target.max()) + 1, dtype=np.float32)[target]
    system = kernel.copy()
    system[np.diag_indices_from(system)] += RIDGE
    return np.asarray(solve(system, wanted, assume_a="pos", overwrite_a=True), dtype=np.float32)


def _sparse(grams: GramWeights, texts: list[str]) -> csr_matrix:
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, text in enumerate(texts):
        places, weights = grams.vector(text)
        rows.extend([row] * len(places))
        columns.extend(places)
        values.extend(weights)
    return csr_matrix((values, (rows, columns)), shape=(len(texts), len(grams.vocabulary)), dtype=np.float32)


def _temperature(kernel: Floats, target: npt.NDArray[np.int64]) -> float:
    """Temperature scaling on held-out folds (Guo et al. 2017)."""
    if np.bincount(target).min() < FOLDS:
        return 1.0
    scores = np.zeros((len(target), int(target.max()) + 1), dtype=np.float32)
    for fitted, held in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(kernel, target):
        weights = _fitted(kernel[np.ix_(fitted, fitted)], target[fitted])
        width = weights.shape[1]
        scores[held, :width] = kernel[np.ix_(held, fitted)] @ weights
    best = minimize_scalar(lambda t: _loss(scores / t, target), bounds=(0.02, 2.0), method="bounded")
    return float(best.x)


def _loss(scores: Floats, target: npt.NDArray[np.int64]) -> float:
    top = scores.max(axis=1)
    total = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    return float((total - scores[np.arange(len(target)), target]).mean())
