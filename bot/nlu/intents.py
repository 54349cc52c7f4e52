"""Intent of a text: kernel ridge regression on sentence vector, n-grams and signs; confidence calibrated."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.nlu.encoder import Encoder, EncoderName, encoder
from bot.nlu.grams import Floats, GramWeights
from bot.nlu.normal import normalise

DIRECTIONS = 256
"""Of the sentence vectors, as many as the likeness to the examples is computed in."""
SHARPNESS = 3.0
"""Of the Gaussian kernel exp(SHARPNESS · (cosine − 1)) over standardised sentence vectors."""
FORMAT = 2


def plain(text: str) -> str:
    """What the classifier looks at: normalised, figures and latin words reduced to their kind."""
    text = normalise(text).text.strip()[:400]
    text = re.sub(r"\d{5,}", "0", text)
    return re.sub(r"\s+", " ", text)


@dataclass
class IntentModel:
    """The training sentences' vectors, the weights of the regression and what is needed to make its features."""

    labels: list[str]
    encoder_name: EncoderName
    mean: Floats
    deviation: Floats
    grams: GramWeights
    examples: Floats
    """(examples, dimensions) standardised sentence vectors of length 1."""
    dense: Floats
    """(examples, labels) weights of the likeness to each example."""
    sparse: Floats
    """(n-grams, labels) weights of the characters."""
    signs: Floats
    """(signs, labels) weights of what shows at a glance (bot.nlu.signs)."""
    temperature: float
    """Divides the scores so that the confidence matches the share of right answers."""

    def __post_init__(self) -> None:
        self._basis = principal(self.examples)
        self._short = np.ascontiguousarray(self.examples @ self._basis)

    def scores(self, text: str, shown: Floats) -> Floats:
        """Log-odds by label, calibrated; `shown` are the message's signs."""
        text = plain(text)
        vector = standardised(_encoder(self.encoder_name).encode([text]), self.mean, self.deviation)[0]
        columns, values = self.grams.vector(text)
        result = (
            likeness(self._short @ (vector @ self._basis)) @ self.dense
            + values @ self.sparse[columns]
            + shown @ self.signs
        )
        return np.asarray(result / self.temperature, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """As a .npz without pickled objects and a JSON file."""
        np.savez_compressed(
            folder / "intents.npz",
            mean=self.mean,
            deviation=self.deviation,
            idf=self.grams.idf,
            examples=self.examples.astype(np.float16),
            dense=self.dense.astype(np.float16),
            sparse=self.sparse.astype(np.float16),
            signs=self.signs,
        )
        meta = {
            "format": FORMAT,
            "labels": self.labels,
            "encoder": self.encoder_name,
            "vocabulary": self.grams.vocabulary,
            "temperature": self.temperature,
        }
        (folder / "intents.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """ValueError when the files are of another format or were trained with an encoder that cannot load here."""
        meta: dict[str, Any] = json.loads((folder / "intents.json").read_text("utf-8"))
        if meta["format"] != FORMAT:
            raise ValueError("the intent model has another format: train again")
        if _encoder(meta["encoder"]).name != meta["encoder"]:
            raise ValueError(f"the intent model needs the encoder {meta['encoder']}: train again on this machine")
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            return cls(
                meta["labels"],
                meta["encoder"],
                arrays["mean"],
                arrays["deviation"],
                GramWeights(meta["vocabulary"], arrays["idf"]),
                arrays["examples"].astype(np.float32),
                arrays["dense"].astype(np.float32),
                arrays["sparse"].astype(np.float32),
                arrays["signs"],
                meta["temperature"],
            )


def principal(rows: Floats, most: int = DIRECTIONS) -> Floats:
    """(dimensions, most) orthonormal directions in which the rows differ most: half the numbers to read a message."""
    if rows.shape[1] <= most:
        return np.eye(rows.shape[1], dtype=np.float32)
    _, vectors = np.linalg.eigh(rows.T.astype(np.float64) @ rows)
    return np.asarray(vectors[:, -most:], dtype=np.float32)


def standardised(vectors: Floats, mean: Floats, deviation: Floats) -> Floats:
    """Rows with mean 0 and deviation 1 by column, then of length 1."""
    rows = (vectors - mean) / deviation
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def likeness(cosines: Floats) -> Floats:
    """The Gaussian kernel of unit vectors, from their cosines."""
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)


def probabilities(scores: npt.NDArray[Any]) -> Floats:
    """Softmax."""
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum(), dtype=np.float32)


def _encoder(name: EncoderName) -> Encoder:
    return encoder(name)
