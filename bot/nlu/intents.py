"""Intent of a text: logistic regression on a sentence vector and character n-grams, confidence calibrated."""

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

CHARACTER_SCALE = 6.0
"""Weight of the unit n-gram vector beside the standardised sentence vector."""
FORMAT = 1


def plain(text: str) -> str:
    """What the classifier looks at: normalised, figures and latin words reduced to their kind."""
    text = normalise(text).text.strip()[:400]
    text = re.sub(r"\d{5,}", "0", text)
    return re.sub(r"\s+", " ", text)


@dataclass
class IntentModel:
    """Weights of the regression and what is needed to make its features."""

    labels: list[str]
    encoder_name: EncoderName
    mean: Floats
    deviation: Floats
    grams: GramWeights
    dense: Floats
    """(labels, dimensions) weights of the standardised sentence vector."""
    sparse: Floats
    """(n-grams, labels) weights of the characters."""
    bias: Floats
    temperature: float
    """Divides the scores so that the confidence matches the share of right answers."""

    def scores(self, text: str) -> Floats:
        """Log-odds by label, calibrated."""
        text = plain(text)
        vector = (_encoder(self.encoder_name).encode([text])[0] - self.mean) / self.deviation
        columns, values = self.grams.vector(text)
        result = self.dense @ vector + self.bias + CHARACTER_SCALE * (values @ self.sparse[columns])
        return np.asarray(result / self.temperature, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """As a .npz without pickled objects and a JSON file."""
        np.savez_compressed(
            folder / "intents.npz",
            mean=self.mean,
            deviation=self.deviation,
            idf=self.grams.idf,
            dense=self.dense,
            sparse=self.sparse.astype(np.float16),
            bias=self.bias,
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
                arrays["dense"],
                arrays["sparse"].astype(np.float32),
                arrays["bias"],
                meta["temperature"],
            )


def probabilities(scores: npt.NDArray[Any]) -> Floats:
    """Softmax."""
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum(), dtype=np.float32)


def _encoder(name: EncoderName) -> Encoder:
    return encoder(name)
