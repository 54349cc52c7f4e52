"""Whether a text is a need of an enterprise at all, or small talk that only sounds like one of its words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.services.vectors import Encoders, Matrix

FILE = Path(__file__).parent / "data" / "needs.npz"


@dataclass(frozen=True)
class NeedModel:
    """A straight line through the sentence vectors, trained by bot.services.field_training."""

    mean: Matrix
    scale: Matrix
    coefficients: Matrix
    """(width + 1), the constant last."""

    def chance(self, row: Matrix) -> float:
        """0–1, that this is a need."""
        linear = float(self.coefficients[:-1] @ ((row - self.mean) / self.scale) + self.coefficients[-1])
        return float(1 / (1 + np.exp(-np.clip(linear, -30, 30))))


@cache
def need_model() -> NeedModel:
    """The one that comes with the product."""
    with np.load(FILE, allow_pickle=False) as file:
        return NeedModel(*(file[name].astype(np.float32) for name in ("mean", "scale", "coefficients")))


def need_chance(encoders: Encoders, row: Matrix) -> float:
    """0–1; 1 where the model's encoders could not load, so that the stations' closeness alone decides."""
    return need_model().chance(row) if (encoders.e5.name, encoders.use.name) == ("e5", "use") else 1.0
