"""All values of a message: positions, the rest of the text, near misses."""

from datetime import date

import pytest

from bot.nlu.uscc import check_digit, is_valid
from bot.nlu.values import extract, invalid

TODAY = date(2026, 11, 22)
STORY = (
    "你好，我是成都示例科技有限公司的小王，在郫都区，涂布厚度不均匀，偏差±5μm，预算三五十万，半年内要，"
    "电话１３８ ００００ ００００"
)


def values(text: str, context: str | None = None) -> dict[str, object]:
    return {span.field: span.value for span in extract(text, TODAY, context)}


def test_everything_in_one_message() -> None:
    found = values(STORY)
    assert found["enterprise_name"] == "成都示例科技有限公司"
    assert found["district"] == "郫都区"
    assert found["budget"] == {"kind": "amount", "min": 30, "max": 50}
    assert found["deadline"] == "2027-05-22"
    assert found["phone"] == "13800000000"
    assert found["contact_name"] == "小王"
    assert found["problem"] == "涂布厚度不均匀，偏差±5μm"


def test_positions_are_those_of_the_text_as_typed() -> None:
    places = {span.field: STORY[span.start : span.end] for span in extract(STORY, TODAY)}
    assert places["phone"] == "１３８ ００００ ００００"
    assert places["budget"] == "三五十万"
    assert places["enterprise_name"] == "成都示例科技有限公司"


@pytest.mark.parametrize(
    ("text", "context", "field", "code"),
    [
        ("电话1380000000", None, "phone", "phone_length"),
        ("138000", "phone", "phone", "phone_length"),
        ("预算0元", None, "budget", "budget_zero"),
        ("预算一百亿", None, "budget", "budget_range"),
        ("预算10万美元", None, "budget", "budget_currency"),
        ("$50000", "budget", "budget", "budget_currency"),
        ("2025年底", "deadline", "deadline", "date_past"),
        ("你好", "enterprise_name", "enterprise_name", "not_a_company"),
        ("123", "contact_name", "contact_name", "not_a_name"),
        ("漏", "problem", "problem", "too_short"),
        ("信用代码91510100MA00000000", None, "uscc", "uscc_check"),
    ],
)
def test_what_cannot_be_taken_has_a_reason(text: str, context: str | None, field: str, code: str) -> None:
    found = invalid(text, TODAY, context)
    assert found is not None
    assert (found.field, found.code) == (field, code)
    assert field == "problem" or field not in values(text, context)


@pytest.mark.parametrize("text", ["预算五十万", "半年内", "13800000000", "焊缝老是裂", ""])
def test_what_can_be_taken_has_none(text: str) -> None:
    assert invalid(text, TODAY) is None


def test_a_credit_code_with_its_check_digit() -> None:
    code = "91510100MA6200000" + check_digit("91510100MA6200000")
    assert is_valid(code)
    assert values(f"信用代码 {code.lower()}")["uscc"] == code


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("需求：知识图谱问答 预算：一百万 电话：13800000000", "知识图谱问答"),
        ("老师您好，请问焊缝老是裂怎么办？", "焊缝老是裂怎么办?"),
        ("预算三十万，年底前完成", None),
    ],
)
def test_the_problem_is_what_remains(text: str, problem: str | None) -> None:
    assert values(text).get("problem") == problem


def test_the_whole_answer_is_the_value_when_free_text_is_asked() -> None:
    assert values("现在正负5个微米 想做到2以内", "indicators")["problem"] == "现在正负5个微米，想做到2以内"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "\ud800",
        "😀" * 50,
        "/restart",
        "a" * 10_000,
        "万" * 5_000,
        "一" * 5_000,
        "1-" * 4_000,
        "9" * 10_000,
        " " * 10_000,
        "1,234" * 2_000,
        "9年" * 2_000,
        "1万加" * 2_000,
        "((" * 5_000,
    ],
)
@pytest.mark.parametrize("context", [None, "budget", "deadline", "phone", "enterprise_name", "contact_name", "problem"])
def test_hostile_texts_raise_nothing_and_end(text: str, context: str | None) -> None:
    """A pattern that tries every partition of a flood would never come back."""
    extract(text, TODAY, context)
    invalid(text, TODAY, context)
