"""The demand's rules: budgets, deadlines, the same enterprise again, completeness."""

from datetime import date

import pytest

from bot.core.demand import Budget, check_deadline, enterprise_match_key, quality_score

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 0), (-1, 5), (50, 30), (None, None), (1, 100_001)],
)
def test_impossible_budgets_are_refused(low: float | None, high: float | None) -> None:
    with pytest.raises(ValueError, match=r"budget|bound|figure"):
        Budget("amount", low, high)


def test_a_budget_survives_its_json_form() -> None:
    value = {"kind": "amount", "min": 30.0, "max": 50.0}
    assert Budget.of(value).as_json() == value


def test_negotiable_needs_no_figure() -> None:
    assert Budget("negotiable").min is None


def test_a_deadline_may_be_today_but_not_yesterday() -> None:
    assert check_deadline("2026-11-22", TODAY) == "2026-11-22"
    with pytest.raises(ValueError, match="past"):
        check_deadline("2026-11-21", TODAY)


@pytest.mark.parametrize("value", ["ASAP", "long_term"])
def test_open_deadlines_are_taken(value: str) -> None:
    assert check_deadline(value, TODAY) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("成都示例科技有限公司", "成都 示例科技有限责任公司"),
        ("四川示例（集团）股份有限公司", "四川示例(集团)股份有限公司"),
        ("成都市示例食品厂", "示例食品厂"),
    ],
)
def test_one_enterprise_is_recognised_in_two_writings(one: str, other: str) -> None:
    assert enterprise_match_key(one) == enterprise_match_key(other)


def test_different_enterprises_keep_different_keys() -> None:
    assert enterprise_match_key("成都示例科技有限公司") != enterprise_match_key("成都样本科技有限公司")


def test_a_complete_demand_scores_100_and_an_empty_one_0() -> None:
    full = {
        "problem": "涂布厚度总是不均匀，边缘偏厚，影响电池一致性",
        "indicators": [{"name": "厚度偏差", "op": "≤", "value": 2, "unit": "μm"}],
        "goal": "厚度偏差 2 μm 以内",
        "budget": {"kind": "amount", "min": 30, "max": 50},
        "deadline": "2026-12-31",
        "field": "新能源与节能",
        "coop_mode": "技术咨询",
        "current_base": "已有涂布机两台",
    }
    assert quality_score(full) == 100
    assert quality_score({}) == 0


def test_what_was_skipped_earns_nothing() -> None:
    assert quality_score({"indicators": "无", "goal": "无", "budget": {"kind": "none"}}) == 0
