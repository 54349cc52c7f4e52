"""What stands near to everything counts less than what stands near to one thing."""

from typing import Any

import numpy as np

from bot.core.routing import rules
from bot.services.hubness import Hubness
from bot.services.vectors import Matrix


def _unit(rows: Any) -> Matrix:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_more_is_taken_off_a_hub_than_off_a_station_near_one_topic() -> None:
    drawn = np.random.default_rng(7)
    middle = np.ones((1, 64))
    topics, subjects = _unit(drawn.normal(size=(60, 64)) + middle), _unit(drawn.normal(size=(40, 64)))
    hub, single = _unit(middle), topics[:1]
    hub_off, single_off = Hubness(topics, subjects).of(np.concatenate([hub, single]))
    assert hub_off > single_off


def test_nearness_is_that_of_the_nearest_topics_above_the_subjects() -> None:
    drawn = np.random.default_rng(3)
    topics, subjects, station = (_unit(drawn.normal(size=(count, 64))) for count in (60, 40, 1))
    above = sorted((topic @ station[0] - np.mean(subjects @ topic)) / np.std(subjects @ topic) for topic in topics)
    weights = rules()["hubness"]
    expected = weights["weight"] * (np.mean(above[-weights["nearest"] :]) - weights["middle"])
    assert np.allclose(Hubness(topics, subjects).of(station), [expected], atol=1e-4)
