"""What ships is what would be computed: of every text of the profiles and the troubles, and of nothing else."""

import numpy as np
import pytest

from bot.services.routing import default_encoders
from bot.services.shipped_phrases import PHRASES, SAYS, TOPICS, Shipped, key


@pytest.mark.parametrize("shipped", [PHRASES, SAYS, TOPICS], ids=lambda one: one.file.stem)
def test_shipped_rows_are_those_of_the_texts(shipped: Shipped) -> None:
    encoders = default_encoders()
    if (encoders.e5.name, encoders.use.name) != ("e5", "use"):
        pytest.skip("the sentence encoders cannot load here")
    texts = shipped.texts()
    assert {key(encoders, text) for text in texts} == set(shipped.ready)
    sample = texts[::400]
    assert np.abs(shipped.rows(encoders, sample) - shipped.compute(encoders, sample)).max() < 0.01


def test_a_text_that_is_not_shipped_is_computed_in_its_place() -> None:
    encoders = default_encoders()
    known = SAYS.texts()[0]
    rows = SAYS.rows(encoders, ["从来没有人这样说过的一句话", known])
    assert np.allclose(rows[0], SAYS.compute(encoders, ["从来没有人这样说过的一句话"])[0])
    assert np.allclose(rows[1], SAYS.rows(encoders, [known])[0])
