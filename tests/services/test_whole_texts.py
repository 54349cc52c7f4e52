"""A first look in few directions finds what a full comparison finds."""

import numpy as np
import pytest

from bot.services import whole_texts
from bot.services.vectors import Matrix
from bot.services.whole_texts import Numbers, WholeTexts

SPLIT, WIDTH = 48, 80
MANY = 6000


@pytest.fixture(autouse=True)
def _few_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_texts, "EXACT_ROWS", 512)
    monkeypatch.setattr(whole_texts, "DIRECTIONS", 24)
    monkeypatch.setattr(whole_texts, "REFINED", 200)


def _rows(count: int, seed: int = 7) -> Matrix:
    """Texts of a dozen kinds, of length 1 in both encoders; like real ones they differ mostly in a few directions."""
    rng, same = np.random.default_rng(seed), np.random.default_rng(1)
    kinds, directions = same.normal(size=(12, WIDTH)), same.normal(size=(16, WIDTH))
    rows = kinds[rng.integers(0, 12, count)] + 0.3 * rng.normal(size=(count, 16)) @ directions
    rows += 0.1 * rng.normal(size=(count, WIDTH))
    for part in (slice(0, SPLIT), slice(SPLIT, WIDTH)):
        rows[:, part] /= np.linalg.norm(rows[:, part], axis=1, keepdims=True)
    return np.asarray(rows, dtype=np.float32)


def _exact(rows: Matrix, query: Matrix) -> Numbers:
    parts = np.column_stack([rows[:, :SPLIT] @ query[:SPLIT], rows[:, SPLIT:] @ query[SPLIT:]]).astype(np.float64)
    standard = (parts - parts.mean(axis=0)) / parts.std(axis=0)
    return np.asarray((standard[:, 0] + 0.5 * standard[:, 1]) / 1.5)


def test_few_rows_are_compared_in_full() -> None:
    rows, query = _rows(500), _rows(1, seed=3)[0]
    np.testing.assert_allclose(WholeTexts(rows, SPLIT).nearness(query), _exact(rows, query), atol=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_the_nearest_of_many_are_those_of_the_full_comparison(seed: int) -> None:
    rows, query = _rows(MANY), _rows(1, seed=100 + seed)[0]
    found, exact = WholeTexts(rows, SPLIT).nearness(query), _exact(rows, query)
    nearest = np.argsort(-exact)[:20]
    assert set(nearest.tolist()) <= set(np.argsort(-found)[:25].tolist())
    np.testing.assert_allclose(found[nearest], exact[nearest], rtol=0.1, atol=0.1)


def test_changed_rows_are_found_where_they_now_belong() -> None:
    rows, other = _rows(MANY), _rows(3, seed=50)
    before = WholeTexts(rows, SPLIT)
    after = before.with_rows([5, 77], list(other[:2]))
    assert int(np.argmax(after.nearness(other[0]))) == 5
    assert int(np.argmax(after.nearness(other[1]))) == 77
    np.testing.assert_array_equal(before.of(np.array([5, 77])), rows[[5, 77]].astype(np.float16))


def test_rows_that_stay_the_same_cost_no_copy() -> None:
    rows = _rows(MANY)
    found = WholeTexts(rows.astype(np.float16), SPLIT)
    assert found.with_rows([5, 77], list(rows[[5, 77]].astype(np.float16))) is found


def test_rows_are_taken_and_added_in_the_wished_order() -> None:
    rows, other = _rows(MANY), _rows(2, seed=50)
    order = np.array([*range(10, 3000), MANY + 1, *range(3000, MANY), MANY], dtype=np.intp)
    found = WholeTexts(rows, SPLIT).taken(order, list(other))
    assert len(found) == len(order)
    assert int(np.argmax(found.nearness(other[1]))) == 2990
    assert int(np.argmax(found.nearness(other[0]))) == len(order) - 1
    assert int(np.argmax(found.nearness(rows[400]))) == 390


@pytest.mark.parametrize(("before", "after"), [(400, 700), (700, 400), (0, 600), (600, 0)])
def test_the_way_of_comparing_changes_with_the_size(before: int, after: int) -> None:
    rows, more = _rows(before), _rows(max(after - before, 0), seed=9)
    order = np.arange(after, dtype=np.intp)
    found = WholeTexts(rows, SPLIT).taken(order, list(more))
    whole = np.concatenate([rows, more])[:after]
    assert len(found) == after
    query = _rows(1, seed=4)[0]
    near = found.nearness(query)
    assert near.shape == (after,)
    if after:
        assert int(np.argmax(near)) == int(np.argmax(_exact(whole, query)))
