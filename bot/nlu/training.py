"""Fits the intent model; scikit-learn is needed here and nowhere else."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu.encoder import EncoderName, encoder
from bot.nlu.grams import Floats, GramWeights
from bot.nlu.intents import CHARACTER_SCALE, IntentModel, plain

STRENGTH = 0.01
"""Inverse of the regularisation (C), chosen by cross-validation on the training data."""
FOLDS = 3


def train(texts: list[str], intents: list[str], encoder_name: EncoderName) -> IntentModel:
    """A calibrated model; a label needs at least FOLDS examples."""
    texts = [plain(text) for text in texts]
    sentence = encoder(encoder_name)
    vectors = sentence.encode(texts)
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    grams = GramWeights.fitted(texts)
    features = csr_matrix(hstack([csr_matrix((vectors - mean) / deviation), _sparse(grams, texts)]))
    labels = sorted(set(intents))
    target = np.array([labels.index(intent) for intent in intents])
    temperature = _temperature(features, target)
    model = _regression().fit(features, target)
    size = sentence.dimensions
    weights = model.coef_.astype(np.float32)
    return IntentModel(
        labels,
        "use" if sentence.name == "use" else "e5" if sentence.name == "e5" else "characters",
        mean,
        deviation,
        grams,
        weights[:, :size],
        np.ascontiguousarray(weights[:, size:].T),
        model.intercept_.astype(np.float32),
        temperature,
    )


def _regression() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=150, tol=1e-3, class_weight="balanced")


def _sparse(grams: GramWeights, texts: list[str]) -> csr_matrix:
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, text in enumerate(texts):
        places, weights = grams.vector(text)
        rows.extend([row] * len(places))
        columns.extend(places)
        values.extend(weights * CHARACTER_SCALE)
    return csr_matrix((values, (rows, columns)), shape=(len(texts), len(grams.vocabulary)), dtype=np.float32)


def _temperature(features: csr_matrix, target: npt.NDArray[np.int64]) -> float:
    """Temperature scaling on held-out folds (Guo et al. 2017)."""
    if np.bincount(target).min() < FOLDS:
        return 1.0
    scores = np.zeros((len(target), target.max() + 1), dtype=np.float32)
    for fitted, held in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(features, target):
        scores[held] = _regression().fit(features[fitted], target[fitted]).decision_function(features[held])
    best = minimize_scalar(lambda t: _loss(scores / t, target), bounds=(0.2, 5.0), method="bounded")
    return float(best.x)


def _loss(scores: Floats, target: npt.NDArray[np.int64]) -> float:
    top = scores.max(axis=1)
    total = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    return float((total - scores[np.arange(len(target)), target]).mean())
