"""What is counted as right, wrong, missed and false; what is shown of it."""

import json
from datetime import date
from typing import Any

import pytest

from bot.core.routing import RouteQuery
from bot.evaluation import report, sets
from bot.evaluation.messages import judge_fields, judge_messages
from bot.evaluation.routing import judge_routing
from bot.evaluation.values import Values, same

TODAY = date(2026, 11, 22)
NAMES = {"S1": frozenset({"S1", "B-1"}), "S2": frozenset({"S2", "B-2"})}


def _parse(text: str, context: str | None, today: date) -> dict[str, Any]:
    """Takes every message for an answer with one telephone number."""
    ranking = [{"name": name, "confidence": share} for name, share in (("inform", 0.7), ("greet", 0.2), ("deny", 0.1))]
    return {"intent": ranking[0], "intent_ranking": ranking, "fields": {"phone": "13800000000"}}


def test_intents_and_the_values_that_are_labelled_somewhere() -> None:
    rows = [
        sets.MessageRow("电话13800000000", "inform", None, {"phone": "13800000000"}),
        sets.MessageRow("你好", "greet", None, {}),
        sets.MessageRow("我的电话13800000000不要了", "skip", None, None),
    ]
    found = judge_messages(rows, _parse, TODAY)
    assert found.intents.accuracy == pytest.approx(1 / 3)
    assert found.intents.top_3 == pytest.approx(2 / 3)
    assert [(one.wanted, one.got) for one in found.intents.misses] == [("greet", "inform"), ("skip", "inform")]
    tally = found.values.fields["phone"]
    assert (tally.wanted, tally.right, tally.without, tally.false) == (1, 1, 1, 1)


def test_a_field_row_is_judged_for_its_own_field_and_a_row_without_for_all() -> None:
    rows = [
        sets.FieldRow("预算三十万", "budget", {"kind": "amount", "min": 30, "max": 30}, None),
        sets.FieldRow("13800000001", "phone", "13800000001", None),
        sets.FieldRow("去年产值三千万", None, None, None),
    ]
    found = judge_fields(rows, _parse, TODAY)
    assert (found.fields["budget"].missed, found.fields["phone"].wrong, found.fields["phone"].false) == (1, 1, 1)
    assert found.exact == 0
    assert found.messages == 1


@pytest.mark.parametrize(
    ("name", "label", "found", "equal"),
    [
        ("budget", {"kind": "amount", "min": 30, "max": None}, {"kind": "amount", "max": None, "min": 30.0}, True),
        ("budget", {"kind": "amount", "min": 30, "max": 30}, {"kind": "amount", "min": 30.0, "max": 50.0}, False),
        ("deadline", ["2026-12-31", "ASAP"], "ASAP", True),
        ("deadline", ["2026-12-31"], "2026-12-30", False),
        ("enterprise_name", "示例(成都)公司", "示例（成都）公司", True),
        ("budget", {"kind": "negotiable"}, {"kind": "negotiable", "min": None, "max": None}, True),
        ("phone", "028-80001234", "02880001234", True),
        ("phone", "02880001234", "028-80001234", False),
        ("phone", None, "13800000000", False),
        ("phone", "13800000000", None, False),
        ("indicators", [{"value": 1}, {"value": 2}], [{"value": 2.0}, {"value": 1.0}], True),
        ("indicators", [{"value": 1}, {"value": 2}], [{"value": 2.0}], False),
    ],
)
def test_values_are_the_same_but_for_width_case_and_order(name: str, label: Any, found: Any, equal: bool) -> None:
    assert same(name, label, found) is equal


def _route(query: RouteQuery) -> dict[str, Any]:
    """S1 first, S2 second; sent by itself when the demand is about water."""
    stations = [{"station_id": "S1", "name": "一", "score": 0.9}, {"station_id": "S2", "name": "二", "score": 0.1}]
    auto = "水" in query.text
    return {"stations": stations, "field": {"code": "10"}, "decision": "auto" if auto else "review"}


def _demand(text: str, right: str, fields: frozenset[str] = frozenset()) -> sets.DemandRow:
    return sets.DemandRow(text, None, None, None, frozenset({right}), fields)


def test_routing_counts_places_and_what_goes_out_by_itself() -> None:
    rows = [_demand("漏水", "S1", frozenset({"10"})), _demand("水脏", "B-2", frozenset({"20"})), _demand("焊缝", "B-1")]
    found = judge_routing(rows, NAMES, _route)
    assert found.recall_1 == pytest.approx(2 / 3)
    assert found.recall_3 == 1
    assert found.mrr == pytest.approx(2.5 / 3)
    assert (found.automatic.passed, found.automatic.precision) == (2, 0.5)
    assert (found.fields_labelled, found.field_1, found.field_2) == (2, 0.5, None)
    assert [(one.text, one.place) for one in found.misses] == [("水脏", 2)]


def test_the_right_field_may_stand_second_where_several_are_named() -> None:
    def answer(query: RouteQuery) -> dict[str, Any]:
        codes = ("20", "80") if "水" in query.text else ("10", "20")
        return _route(query) | {"fields": [{"code": code} for code in codes]}

    rows = [_demand("漏水", "S1", frozenset({"80"})), _demand("焊缝", "B-1", frozenset({"10", "40"}))]
    found = judge_routing(rows, NAMES, answer)
    assert (found.field_1, found.field_2) == (0.5, 1.0)


def test_a_demand_that_no_station_of_the_directory_can_answer_is_a_mistake_of_the_set() -> None:
    with pytest.raises(sets.SetError, match="第 2 条"):
        judge_routing([_demand("漏水", "S1"), _demand("水脏", "S9")], NAMES, _route)


def test_texts_are_shown_only_when_asked_for_and_masked() -> None:
    values = Values()
    values.judge("电话13800001111", ["phone"], {"phone": "13800001112"}, {"phone": "13800001111"})
    for shown in (report.values_text(values, errors=True), report.as_json(values, errors=True)):
        assert "138****1111" in shown
        assert "13800001111" not in shown
    for shown in (report.values_text(values, errors=False), report.as_json(values, errors=False)):
        assert "电话" not in shown
        assert "138" not in shown
    assert json.loads(report.as_json(values, errors=False))["fields"]["phone"]["wrong"] == 1
