"""The figures are those of scikit-learn, on any labels and scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn
from sklearn.calibration import calibration_curve

from bot.evaluation import metrics

LABELS = st.sampled_from(["affirm", "deny", "inform", "faq/fee", "greet"])
PAIRS = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=60)
SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(PAIRS)
def test_accuracy_and_f1_are_scikit_learn_s(pairs: list[tuple[str, str]]) -> None:
    truth, said = [one for one, _ in pairs], [one for _, one in pairs]
    assert metrics.accuracy(truth, said) == pytest.approx(sklearn.accuracy_score(truth, said))
    assert metrics.macro_f1(truth, said) == pytest.approx(
        sklearn.f1_score(truth, said, average="macro", zero_division=0)
    )
    found = metrics.per_class(truth, said)
    wanted = sklearn.precision_recall_fscore_support(truth, said, labels=[one.label for one in found], zero_division=0)
    for place, one in enumerate(found):
        assert (one.precision, one.recall, one.f1, one.support) == pytest.approx(
            tuple(float(column[place]) for column in wanted)
        )


@given(PAIRS)
def test_confusions_are_all_mistakes_and_nothing_else(pairs: list[tuple[str, str]]) -> None:
    found = metrics.confusions([one for one, _ in pairs], [one for _, one in pairs])
    assert sum(one.count for one in found) == sum(one != other for one, other in pairs)
    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)
    assert all(one.truth != one.said for one in found)


@given(st.lists(st.tuples(st.permutations(["a", "b", "c", "d"]), st.sampled_from("abcd")), min_size=1, max_size=30))
def test_ranking_figures_are_scikit_learn_s(rows: list[tuple[list[str], str]]) -> None:
    ranked, right = [row for row, _ in rows], [{one} for _, one in rows]
    scores = np.array([[-row.index(one) for one in "abcd"] for row in ranked])
    relevant = np.array([[one in fine for one in "abcd"] for fine in right])
    mrr = sklearn.label_ranking_average_precision_score(relevant, scores)
    assert metrics.mean_reciprocal_rank(ranked, right) == pytest.approx(mrr)
    places = np.array(["abcd".index(one) for _, one in rows])
    for k in (1, 2, 3):
        top = sklearn.top_k_accuracy_score(places, scores, k=k, labels=range(4))
        assert metrics.recall_at(ranked, right, k) == pytest.approx(top)


@given(st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=1, max_size=80))
def test_the_calibration_error_is_that_of_the_reliability_diagram(rows: list[tuple[int, bool]]) -> None:
    confidences, right = [(one + 0.5) / 1000 for one, _ in rows], [fine for _, fine in rows]
    hit, said = calibration_curve(right, confidences, n_bins=10)
    held = np.histogram(confidences, bins=10, range=(0, 1))[0]
    weights = held[held > 0] / len(rows)
    assert metrics.calibration_error(confidences, right) == pytest.approx(float(np.sum(weights * np.abs(hit - said))))


@given(SCORED, st.floats(0.5, 1))
def test_the_lowest_threshold_keeps_the_precision_and_lets_most_through(
    rows: list[tuple[float, bool]], wanted: float
) -> None:
    scores, right = [score for score, _ in rows], [fine for _, fine in rows]
    threshold = metrics.lowest_threshold(scores, right, wanted)
    passed = metrics.selective(scores, right, threshold)
    assert not passed.passed or passed.precision >= wanted
    for lower in {score for score in scores if score < threshold}:
        assert metrics.selective(scores, right, lower).precision < wanted


@given(SCORED)
def test_cross_validation_never_passes_a_row_by_its_own_threshold(rows: list[tuple[float, bool]]) -> None:
    scores, right = [score for score, _ in rows], [fine for _, fine in rows]
    wrong = metrics.cross_validated(scores, [False] * len(rows), 0.95)
    assert wrong.passed == 0
    sure = metrics.cross_validated(scores, [True] * len(rows), 0.95)
    assert sure.precision in (0.0, 1.0)
    assert metrics.cross_validated(scores, right, 0.95).passed <= len(rows)


def test_nothing_counts_zero() -> None:
    assert metrics.accuracy([], []) == metrics.macro_f1([], []) == metrics.calibration_error([], []) == 0
    assert metrics.recall_at([], [], 1) == metrics.mean_reciprocal_rank([], []) == 0
    assert metrics.selective([], [], 0.5) == metrics.cross_validated([], [], 0.95) == metrics.Selective(0.0, 0.0, 0)


def test_lists_of_unlike_length_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="shorter"):
        metrics.accuracy(["a", "b"], ["a"])
