"""What a message changes in the draft."""

from datetime import date
from typing import Any

import pytest

from bot.core.intake import ORDER, absorb, missing, next_question, wants_detail
from bot.core.message import Invalid, Reading

TODAY = date(2026, 11, 22)
AMOUNT = {"kind": "amount", "min": 30.0, "max": 50.0}


def _absorb(
    draft: dict[str, Any], text: str, intent: str = "inform", question: str | None = None, **values: Any
) -> Any:
    invalid = values.pop("invalid", None)
    return absorb(draft, Reading(text, intent, values, question, invalid), TODAY)


def test_everything_in_the_first_message_is_taken() -> None:
    result = _absorb(
        {},
        "…",
        "submit_demand",
        None,
        problem="涂布厚度总是不均匀",
        district="郫都区",
        budget=AMOUNT,
        phone="13800000000",
    )
    assert result.updates == {
        "problem": "涂布厚度总是不均匀",
        "needs": [],
        "focus": "whole",
        "district": "郫都区",
        "budget": AMOUNT,
        "phone": "13800000000",
    }


def test_several_needs_are_told_apart_and_one_is_chosen() -> None:
    text = "有两个问题，一是焊缝老是裂，二是喷漆起泡"
    told = _absorb({}, text, "submit_demand", None, problem=text).updates
    assert told["needs"] == ["焊缝老是裂", "喷漆起泡"]
    assert next_question({"consent": "given"} | told) == "focus"

    chosen = _absorb(told, "2", question="focus", focus="2").updates
    assert (chosen["problem"], chosen["waiting"]) == ("喷漆起泡", ["焊缝老是裂"])
    by_words = _absorb(told, "先说焊缝裂的事", question="focus", problem="先说焊缝裂的事").updates
    assert (by_words["problem"], by_words["waiting"]) == ("焊缝老是裂", ["喷漆起泡"])
    together = _absorb(told, "一起提", question="focus", problem="一起提").updates
    assert together == {"focus": "whole"}


def test_a_general_need_gets_one_second_question() -> None:
    draft = {"problem": "设备老出问题", "focus": "whole"}
    assert wants_detail(draft)
    found = _absorb(draft, "挤出机管材有气泡", question="indicators", problem="挤出机管材有气泡").updates
    assert found["problem"] == "设备老出问题；挤出机管材有气泡"
    assert "indicators" not in found
    assert not wants_detail(draft | found)
    with_figures = _absorb(
        draft, "挤出机，合格率要到95%", question="indicators", problem="挤出机，合格率要到95%"
    ).updates
    assert with_figures["goal"] == "挤出机，合格率要到95%"
    assert _absorb(draft, "说不清", "skip", "indicators").updates == {"detailed": True, "indicators": "无"}


def test_a_whole_story_may_say_its_aim_on_a_line_or_that_there_is_none() -> None:
    form = "需求：彩盒每一批颜色都不一样\n指标：色差现在5，想控制在2以内\n单位：成都示例印务有限公司"
    found = _absorb({}, form, "submit_demand", None, problem=form).updates
    assert (found["goal"], found["indicators"]) == ("色差现在5，想控制在2以内", [])
    for none in ("没有具体指标", "指标：无", "暂时没有数据"):
        story = f"喷漆房气味大，周围居民老投诉。{none}。想找专家"
        assert _absorb({}, story, "submit_demand", None, problem=story).updates["indicators"] == "无"
    kept = "仪表没有指标显示，读数老是跳"
    assert "indicators" not in _absorb({}, kept, "submit_demand", None, problem=kept).updates


def test_a_wish_told_later_belongs_to_the_goal() -> None:
    draft = {"problem": "酸菜鱼鱼肉发柴", "focus": "whole", "indicators": "无"}
    found = _absorb(draft, "保水率希望从七成提高到八成五", question="budget", problem="保水率希望从七成提高到八成五")
    assert found.updates["goal"] == "保水率希望从七成提高到八成五"
    assert "problem" not in found.updates
    assert found.added == "保水率希望从七成提高到八成五"


def test_questions_come_in_order_and_only_for_what_is_missing() -> None:
    draft: dict[str, Any] = {"consent": "given", "problem": "x", "budget": AMOUNT}
    assert next_question(draft) == "indicators"
    assert missing(draft) == ["indicators", "deadline", "enterprise_name", "district", "contact_name", "phone"]
    assert next_question(dict.fromkeys(ORDER, "x")) is None


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("budget", {"kind": "amount", "min": 0, "max": 0}, "budget_range"),
        ("deadline", "2026-11-01", "date_past"),
        ("phone", "13800", "phone_length"),
        ("enterprise_name", "你好", "not_a_company"),
    ],
)
def test_an_impossible_value_is_named_and_the_old_one_stays(key: str, value: Any, code: str) -> None:
    result = _absorb({key: "old"}, "改一下", "correct", "confirm_summary", **{key: value})
    assert result.invalid == Invalid(key, code)
    assert key not in result.updates


def test_a_near_miss_found_by_the_extractor_is_passed_on() -> None:
    result = _absorb({}, "电话1380000000", question="budget", invalid=Invalid("phone", "phone_length"))
    assert result.invalid == Invalid("phone", "phone_length")


def test_a_known_value_is_not_overwritten_in_passing() -> None:
    result = _absorb(
        {"budget": AMOUNT}, "一年产五千套", question="deadline", budget={"kind": "amount", "min": 9, "max": 9}
    )
    assert "budget" not in result.updates


def test_a_value_beside_the_answer_is_stated_anew() -> None:
    known = {"deadline": "2026-12-31"}
    result = _absorb(known, "20万，明年3月前", question="budget", budget=AMOUNT, deadline="2027-02-28")
    assert (result.updates["budget"], result.updates["deadline"]) == (AMOUNT, "2027-02-28")


def test_a_correction_overwrites_and_reopens_the_confirmation() -> None:
    new = {"kind": "amount", "min": 80.0, "max": 80.0}
    result = _absorb({"budget": AMOUNT, "confirm_summary": "share"}, "预算改成80万", "correct", None, budget=new)
    assert result.updates == {"budget": new, "confirm_summary": None}


@pytest.mark.parametrize("text", ["改6", "修改第6项", "第六项错了", "改６"])
def test_an_item_of_the_summary_is_reopened_by_its_number(text: str) -> None:
    result = _absorb({"budget": AMOUNT}, text.replace("６", "6"), "correct", "confirm_summary")
    assert result.updates == {"previous": {"key": "budget", "value": AMOUNT}, "budget": None}


@pytest.mark.parametrize(
    ("text", "key"), [("领域不对", "field"), ("电话错了", "phone"), ("公司名称有误", "enterprise_name")]
)
def test_an_item_of_the_summary_is_reopened_by_its_name(text: str, key: str) -> None:
    result = _absorb({key: "old"}, text, "correct", "confirm_summary")
    assert result.updates == {"previous": {"key": key, "value": "old"}, key: None}


def test_an_item_reopened_by_mistake_gets_its_value_back() -> None:
    draft = {"previous": {"key": "budget", "value": AMOUNT}}
    assert _absorb(draft, "算了", "skip", "budget").updates == {"budget": AMOUNT, "previous": None}


def test_a_number_and_the_new_text_change_the_item_at_once() -> None:
    result = _absorb({"title": "旧名称在这里"}, "改1 极片涂布厚度一致性提升", "correct", "confirm_summary")
    assert result.updates["title"] == "极片涂布厚度一致性提升"


def test_a_goal_nobody_measured_is_an_explicit_none() -> None:
    assert _absorb({}, "没测过", question="indicators").updates == {"indicators": "无"}


def test_a_goal_in_words_is_kept_as_text() -> None:
    result = _absorb({"problem": "胀袋"}, "不胀最好", question="indicators", problem="不胀最好")
    assert result.updates["goal"] == "不胀最好"


@pytest.mark.parametrize("intent", ["chitchat", "out_of_scope"])
def test_small_talk_is_not_taken_for_a_goal(intent: str) -> None:
    result = _absorb({"problem": "胀袋"}, "你还挺聪明的嘛", intent, question="indicators", problem="你还挺聪明的嘛")
    assert "goal" not in result.updates


@pytest.mark.parametrize(
    ("question", "value"), [("budget", {"kind": "none", "min": None, "max": None}), ("deadline", "long_term")]
)
def test_what_may_be_skipped_is_skipped(question: str, value: Any) -> None:
    assert _absorb({}, "跳过", "skip", question).updates == {question: value}


def test_what_is_needed_cannot_be_skipped() -> None:
    assert _absorb({}, "跳过", "skip", "phone").invalid == Invalid("phone", "needed")


def test_a_problem_of_two_characters_is_asked_for_again() -> None:
    assert _absorb({}, "坏了", question="problem", problem="坏了").invalid == Invalid("problem", "too_short")


def test_consent_is_given_by_agreeing_and_by_nothing_else() -> None:
    assert _absorb({}, "1", "affirm", "consent").updates == {"consent": "given"}
    assert "consent" not in _absorb({}, "多少钱", "faq_fee", "consent").updates


def test_no_answer_to_the_open_question_is_noticed() -> None:
    result = _absorb({}, "啊啊啊", "nlu_fallback", "budget")
    assert result.invalid == Invalid("budget", "not_understood")


def test_a_digression_is_no_failure() -> None:
    assert _absorb({}, "收费不", "faq_fee", "budget").invalid is None


def test_details_that_come_later_are_added_to_the_problem_once() -> None:
    more = "另外烘箱的温度也不稳定，差五六度"
    result = _absorb({"problem": "涂布厚度不均匀"}, more, "inform", "budget", problem=more)
    assert result.updates["problem"] == f"涂布厚度不均匀；{more}"
    again = _absorb({"problem": result.updates["problem"]}, more, "inform", "budget", problem=more)
    assert "problem" not in again.updates


def test_a_skipped_value_gives_way_to_one_that_is_told_later() -> None:
    result = absorb({"deadline": "long_term"}, Reading("三年内", "inform", {"deadline": "2029-11-20"}, "phone"), TODAY)
    assert result.updates["deadline"] == "2029-11-20"


def test_a_known_value_said_again_is_neither_a_change_nor_a_mistake() -> None:
    result = absorb(
        {"phone": "13800000000"}, Reading("电话13800000000", "inform", {"phone": "13800000000"}, "phone"), TODAY
    )
    assert (result.same, result.changed, result.invalid) == (["phone"], [], None)


@pytest.mark.parametrize("text", ["{0} {name}", "你吃饭没得", "／affirm", "asdf"])
def test_code_and_talk_about_the_bot_are_no_aim(text: str) -> None:
    result = absorb({"problem": "齿轮变形"}, Reading(text, "inform", {"problem": text}, "indicators"), TODAY)
    assert "goal" not in result.updates


def test_a_need_without_chinese_words_is_asked_for_in_chinese() -> None:
    result = absorb({}, Reading("DROP TABLE x", "inform", {"problem": "DROP TABLE x"}, None), TODAY)
    assert result.invalid == Invalid("problem", "not_chinese")
    assert "problem" not in result.updates


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("好嘛，那我说哈，我们厂的焊接机器人老是焊偏", "我们厂的焊接机器人老是焊偏"),
        ("我还有个问题，涂装车间VOC排放超标", "涂装车间VOC排放超标"),
        ("是这样的，热处理后齿轮变形大", "热处理后齿轮变形大"),
        ("那台机床主轴一转就抖", "那台机床主轴一转就抖"),
    ],
)
def test_how_people_begin_to_talk_is_no_part_of_the_need(text: str, problem: str) -> None:
    assert _absorb({}, text, "inform", None, problem=text).updates["problem"] == problem


def test_the_whole_answer_is_the_goal_unless_it_gives_other_values() -> None:
    draft = {"problem": "涂装车间VOC排放超标", "focus": "whole"}
    assert _absorb(draft, "现在80 要到50", question="indicators", problem="现在80").updates["goal"] == "现在80 要到50"
    told = _absorb(draft, "要到50以下，预算20万", question="indicators", problem="要到50以下", budget=AMOUNT).updates
    assert (told["goal"], told["budget"]) == ("要到50以下", AMOUNT)
