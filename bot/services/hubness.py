"""How near a station comes to demands in general.

Among many vectors some are near to everything ("hubs": Radovanović, Nanopoulos, Ivanović, 2010), and a demand that fits
nobody well goes to them. What a station is above the others in general is taken off again, as cross-domain similarity
local scaling does (Conneau et al., 2018).
"""

import numpy as np

from bot.core.routing import rules
from bot.services.station_index import Numbers
from bot.services.vectors import Matrix


class Hubness:
    """Demands in general are the topics of bot.core.troubles; the yardstick is the subjects of all fields."""

    def __init__(self, topics: Matrix, subjects: Matrix) -> None:
        """(n, e5 dimensions) and (m, e5 dimensions)."""
        cosines = topics @ subjects.T
        self._mean, self._spread = cosines.mean(axis=1), cosines.std(axis=1) + np.float32(1e-9)
        self._topics = np.ascontiguousarray(topics.T)

    def of(self, wholes: Matrix) -> Numbers:
        """(stations, e5 dimensions) → by how much each counts less; about 0 in the middle of many stations."""
        weights = rules()["hubness"]
        near = (wholes @ self._topics - self._mean) / self._spread
        few = int(weights["nearest"])
        nearest = np.partition(near, -few, axis=1)[:, -few:].mean(axis=1)
        return np.asarray(weights["weight"] * (nearest - weights["middle"]), dtype=np.float64)
