"""Values in words."""

import pytest

from bot.core import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"kind": "amount", "min": 30, "max": 50}, "30–50 万元"),
        ({"kind": "amount", "min": 8.0, "max": 8.0}, "8 万元"),
        ({"kind": "amount", "min": None, "max": 0.5}, "不超过 0.5 万元"),
        ({"kind": "amount", "min": 100, "max": None}, "100 万元起"),
        ({"kind": "negotiable", "min": None, "max": None}, "面议"),
        ({"kind": "none", "min": None, "max": None}, "暂无"),
    ],
)
def test_budgets_read_well(value: dict[str, object], words: str) -> None:
    assert wording.budget_words(value) == words


def test_a_surname_alone_is_addressed() -> None:
    assert wording.person_words("王") == "王先生/女士"
    assert wording.person_words("王老师") == "王老师"


def test_indicators_read_well() -> None:
    assert wording.indicator_words([{"name": "厚度偏差", "op": "≤", "value": 2, "unit": "μm"}]) == "厚度偏差 ≤2μm"
    assert wording.indicator_words([{"name": "良率", "op": ">=", "value": 95.0, "unit": "%"}]) == "良率 ≥95%"
    assert wording.indicator_words([{"name": "", "op": "±", "value": 5.0, "unit": "微米"}]) == "±5微米"
