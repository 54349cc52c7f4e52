"""The intake's rules: what a message changes in the draft, and what must still be asked. No I/O, no clock."""

import re
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from bot.core import needs
from bot.core.amendment import amended
from bot.core.field_values import checked
from bot.core.item_edits import EDITABLE, is_item_alone, item_edit
from bot.core.message import Absorbed, Invalid, Reading
from bot.core.vague import is_vague

ORDER = (
    "consent",
    "problem",
    "focus",
    "indicators",
    "budget",
    "deadline",
    "enterprise_name",
    "district",
    "contact_name",
    "phone",
    "confirm_summary",
)
"""The order of the questions; contact data comes last (product design, "The conversation" 3)."""
SKIPPABLE = frozenset({"indicators", "budget", "deadline"})
"""What may be left open: a goal as 无, a budget as 暂无, a deadline as 长期."""
SKIPPED: dict[str, Any] = {
    "indicators": "无",
    "budget": {"kind": "none", "min": None, "max": None},
    "deadline": "long_term",
}
SAID_FIRST = ("problem", "district", "budget", "deadline", "enterprise_name")
"""What is said back when the consent is there: the first message is worked on, not asked for again."""
TAKES_TEXT = frozenset({"submit_demand", "inform", "correct", "out_of_scope", "nlu_fallback", "chitchat"})
"""Intents under which the rest of a text may be an answer in free words."""
WHOLE = "whole"
"""Slot `focus` of a text that is one need, or is to stay one."""
ALIKE_NEED = 50
"""Percent of likeness from which an answer names one of several needs."""
MIN_PROBLEM = 4
MIN_CHINESE = 4
"""Characters of a need that must be Chinese: code and other languages are asked for in Chinese."""
MIN_NEW_TEXT = 4
"""Characters of a new title or aim behind the number of an item."""
MIN_SUBSTANCE = 3
"""Characters that are left when the words of every need are taken away."""
FULL_PROBLEM = 20
"""Characters that make a problem complete (product design, "The demand")."""
MAX_PROBLEM = 1000
MAX_GOAL = 500
MAX_TITLE = 60
CUES = {
    "budget": "预算|经费|投入|资金|价|费用|花|钱|万",
    "deadline": "期限|时间|时候|之前|以前|年底|月底|截止|着急|尽快|长期",
    "phone": "电话|手机|号码|联系|座机",
    "enterprise_name": "公司|企业|厂|单位|全称|名称|叫",
    "district": "区|县|市|搬|地址|位置",
    "contact_name": "姓|叫|联系人|称呼",
}
"""Words that show that a known field is meant when the message is not marked as a correction."""
ANSWERED_WITH_VALUES = frozenset({"budget", "deadline", "enterprise_name", "district", "contact_name", "phone"})
"""Questions whose answer may state budget and deadline anew, where the message says nothing else."""
_FILLER = re.compile(
    "你好|您好|老师|我们?|咱们?|厂子?|公司|单位|企业|这边|那边|你们|想要?|需要|要|来|麻烦|请|找|帮忙|帮|看看|看一?[下哈]|"
    "对接|技术|需求|问题|难题|项目|报|提交?|填|发布|登记|申请|咨询|了解|专家|团队|人|有|个|件|些|事儿?|情|一下|一个|一|"
    "的|了|哈|嘛|吧|呢|啊|哦|咋个?|怎么|啥|弄|办|上|给|下|在|是|和|跟"
)
"""Words that say that there is a need, and nothing of what it is."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NO_GOAL = re.compile(r"[{}<>]|^你们?(?!说的|要的)|[吗么？?]$")
"""Code, and what is said about the bot, is no aim."""
_GOAL = re.compile(
    "希望|想要?做?到|[要做提升]到|目标|要求|控制[在到]|达到|降[低到至]|减少|提[高升]|以内|不超过|不低于|不高于"
)
_OPENING = re.compile(
    r"^(?:(?:好[嘛的吧啊哈]?|哦|嗯|喂|哎呀?|诶|那|对了|你好|您好|老师|麻烦了?|请问|"
    r"那?我(?:就|来|再)?(?:说|讲|问)(?:一?[下哈]|嘛|了|吧|说|哈子)?|"
    r"我们?(?:还有|有)(?:个|一个|件|一件)(?:问题|事情?|需求)(?:是|就是)?|我想(?:问|咨询|反映)(?:一?[下哈])?|"
    r"(?:事情)?是(?:这样|这么)(?:的|子|回事)?)[，,。：:；;、\s]+)+"
)
_NO_FIGURES = re.compile(
    r"(?:没有?得?|莫得|暂无|暂时没有?)(?:具体|明确)?的?(?:技术)?(?:指标|数字|数值|数据)(?:要求)?(?=[，。；,;!！\n\s]|$)|"
    r"(?:指标|目标)[:：]?(?:暂时)?(?:没有?|没得|无|没测过)(?=[，。；,;!！\n\s]|$)"
)
"""A whole story that says itself that there are no figures."""
_LABELLED_GOAL = re.compile(r"(?:^|[\n。；;])\s*(?:技术指标|预期目标|指标|目标|要求)[:：]\s*([^\n。；;]+)")
_UNKNOWN = re.compile(r"不清楚|不晓得|晓不得|不知道|没测过|没有?测|说不清|没数|不好说|没概念|不懂|无")


def absorb(draft: dict[str, Any], reading: Reading, today: date) -> Absorbed:
    """Merges a message into the draft; a value that does not validate leaves the old one in place."""
    result = Absorbed(invalid=reading.invalid)
    editing = draft.get("previous") is not None and (draft["previous"] or {}).get("key") == reading.question
    if (reading.question == "confirm_summary" or editing) and _edit_items(draft, reading, result):
        result.goes_on = True
        return result
    if is_item_alone(reading.text) and reading.question not in (None, "confirm_summary"):
        result.understood, result.invalid = False, Invalid(str(reading.question), "not_understood")
        return result  # no list of items is on offer, and 改2 is no amount either
    if reading.question == "phone" and "contact_wechat" in reading.values and "phone" not in reading.values:
        result.goes_on, result.invalid = True, Invalid("phone", "wechat_only")
        return result
    if editing and reading.intent == "cancel":
        _skip(draft, str(reading.question), result)
        result.goes_on = True
        return result
    if _amend(draft, reading, today, result):
        return result
    for key, value in reading.values.items():
        if key in ("problem", "goal") or (key == "indicators" and reading.question != "confirm_summary"):
            continue
        if _may_write(draft, key, reading):
            _write(draft, key, value, today, result)
    _absorb_free_text(draft, reading, result)
    _absorb_answer(draft, reading, result)
    _open_next_item(draft, reading, result)
    return result


def next_question(draft: dict[str, Any]) -> str | None:
    """The first thing that is still missing, in ORDER."""
    return next((key for key in ORDER if draft.get(key) is None and (key != "focus" or draft.get("needs"))), None)


def missing(draft: dict[str, Any]) -> list[str]:
    """All that is still missing but the consent, the choice among needs and the confirmation."""
    return [key for key in ORDER[1:-1] if key != "focus" and draft.get(key) is None]


def wants_detail(draft: dict[str, Any]) -> bool:
    """True when the need is too general to find anybody and the second question was not asked yet."""
    return bool(draft.get("problem")) and not draft.get("detailed") and is_vague(str(draft["problem"]))


def _amend(draft: dict[str, Any], reading: Reading, today: date, result: Absorbed) -> bool:
    """少写了个零, 电话最后一位是8: corrections that need the old value."""
    for key in ("phone", "budget"):
        new = None if key in reading.values or not draft.get(key) else amended(key, draft[key], reading.text)
        if new is not None:
            _write(draft, key, new, today, result)
            return True
    return False


def _may_write(draft: dict[str, Any], key: str, reading: Reading) -> bool:
    if draft.get(key) in (None, SKIPPED.get(key)) or reading.question == key or reading.intent == "correct":
        return True
    values_only = reading.question in ANSWERED_WITH_VALUES & reading.values.keys() and "problem" not in reading.values
    if values_only and key in ("budget", "deadline"):
        return True  # 20万，明年3月前: the answer, and another value beside it
    return reading.question == "confirm_summary" or bool(re.search(CUES.get(key, "(?!)"), reading.text))


def _write(draft: dict[str, Any], key: str, value: Any, today: date, result: Absorbed) -> None:
    try:
        found = checked(key, value, today)
    except ValueError as error:
        result.invalid = result.invalid or Invalid(key, str(error))
        return
    if found is not None and found == draft.get(key):
        result.same.append(key)
    if found is None or found == draft.get(key):
        return
    result.updates[key] = found
    result.changed.append(key)
    if draft.get("confirm_summary") is not None:
        result.updates["confirm_summary"] = None


def _edit_items(draft: dict[str, Any], reading: Reading, result: Absorbed) -> bool:
    """ "改6" asks for the item again and keeps the old value until a new one is there; "6和7都不对" both in turn."""
    edit = item_edit(reading.text)
    if edit is None:
        return False
    if len(edit.keys) > 1:
        _reopen(draft, edit.keys, result)
        return True
    key, rest = edit.keys[0], edit.rest
    if key in reading.values or (reading.invalid and reading.invalid.field == key):
        return False
    if len(_bare(rest)) >= MIN_NEW_TEXT and key in ("title", "indicators"):
        new = {"title": rest[:MAX_TITLE]} if key == "title" else {"goal": rest[:MAX_GOAL], "indicators": []}
        result.updates |= new
        result.changed.append(key)
        return True
    if rest and reading.values.keys() - {"problem"}:
        return False  # the number was a slip: what was said names its field by itself
    _reopen(draft, [key], result)
    return True


def _reopen(draft: dict[str, Any], keys: list[str], result: Absorbed) -> None:
    """Asks for the first of `keys` again; the others wait in `previous`. An edit that was open is given up."""
    open_edit = draft.get("previous")
    if open_edit and draft.get(open_edit["key"]) is None:
        result.updates[open_edit["key"]] = open_edit["value"]
    value = draft.get(keys[0]) if draft.get(keys[0]) is not None else (open_edit or {}).get("value")
    result.updates["previous"] = _edit(keys[0], value, keys[1:])
    result.updates[keys[0]] = None


def _edit(key: str, value: Any, waiting: list[str]) -> dict[str, Any]:
    """Slot `previous`: the item that is asked for again, its old value, and the items after it."""
    return {"key": key, "value": value} | ({"next": waiting} if waiting else {})


def _open_next_item(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """When the first of several items has its new value, the next one is asked for."""
    waiting = (draft.get("previous") or {}).get("next") or []
    if waiting and reading.question == (key := draft["previous"]["key"]) and result.updates.get(key) is not None:
        key = waiting[0]
        result.updates["previous"] = _edit(key, draft.get(key), waiting[1:])
        result.updates[key] = None


def _absorb_free_text(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """The problem in the user's own words, or what is added to it later."""
    rest = (reading.values.get("problem") or "").strip()
    if reading.intent not in TAKES_TEXT or not rest:
        return
    if reading.question == "title":
        _write(draft, "title", rest[:60], date.min, result)
    elif draft.get("problem") is None and reading.question in (None, "consent", "problem"):
        starts = ("submit_demand", "inform") if reading.question is None else ("submit_demand", "inform", "correct")
        if reading.intent in starts or reading.question == "problem":
            _take_problem(rest, reading, result)
    elif (
        reading.intent in ("submit_demand", "inform")
        and len(_bare(rest)) >= 10
        and reading.question not in ("indicators", "focus")
    ):
        if draft.get("indicators") is not None and (reading.values.get("indicators") or _GOAL.search(rest)):
            told = reading.values.get("indicators") or []
            known = draft["indicators"] if isinstance(draft["indicators"], list) else []
            _add(draft, "goal", rest, result)
            result.updates["indicators"] = [*known, *told]
        else:
            _add(draft, "problem", rest, result)


def _take_problem(rest: str, reading: Reading, result: Absorbed) -> None:
    rest = _without_opening(rest)
    if len(_CHINESE.findall(rest)) < MIN_CHINESE and len(_bare(rest)) >= MIN_CHINESE:
        result.invalid = Invalid("problem", "not_chinese")
        return
    if len(_bare(rest)) >= MIN_PROBLEM and len(_FILLER.sub("", _bare(rest))) >= MIN_SUBSTANCE:
        result.updates["problem"] = rest[:MAX_PROBLEM]
        result.changed.append("problem")
        apart = needs.split(rest)
        result.updates |= {"needs": apart, "focus": None if apart else WHOLE}
        _take_goal_told_along(rest, reading, result)
    elif reading.question == "problem":
        result.invalid = Invalid("problem", "too_short")


def _without_opening(text: str) -> str:
    """ "好嘛，那我说哈，我们厂…" → "我们厂…": how people begin to talk is no part of what they tell."""
    bare = _OPENING.sub("", text)
    return bare if len(_bare(bare)) >= MIN_PROBLEM else text


def _take_goal_told_along(rest: str, reading: Reading, result: Absorbed) -> None:
    """Figures and a wish in the same text answer the question for the goal as well."""
    names = [str(one.get("name") or "") for one in reading.values.get("indicators") or []]
    parts = re.split("[，。；;,！!\n]", rest)
    wishes = [part for part in parts if _GOAL.search(part) or any(name and name in part for name in names)]
    labelled = _LABELLED_GOAL.search(rest)
    if reading.values.get("indicators") and any(map(_GOAL.search, wishes)):
        result.updates["indicators"] = reading.values["indicators"]
        result.updates["goal"] = "，".join(wishes)[:MAX_GOAL]
    elif _NO_FIGURES.search(rest):
        result.updates["indicators"] = "无"
    elif labelled and _says_a_goal(labelled[1]):
        result.updates["indicators"] = reading.values.get("indicators") or []
        result.updates["goal"] = labelled[1][:MAX_GOAL]


def _absorb_answer(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """Yes, no, skip and free answers to the open question."""
    question = reading.question
    if question not in (*ORDER, *EDITABLE, "district") or question in result.updates:
        return
    if question == "consent" and reading.intent == "affirm":
        result.updates["consent"] = "given"
        result.changed += [key for key in SAID_FIRST if draft.get(key) is not None]
    elif question == "focus":
        _absorb_focus(draft, reading, result)
    elif question == "indicators":
        (_absorb_detail if wants_detail(draft) else _absorb_goal)(draft, reading, result)
    elif question != "confirm_summary" and reading.intent in ("skip", "deny") and _skip(draft, question, result):
        return
    elif question not in ("consent", "confirm_summary") and not result.changed and not result.same:
        result.understood = reading.intent in _ASIDES
        if not result.invalid and not result.understood:
            result.invalid = Invalid(question, "not_understood")


def _absorb_focus(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """Which of several needs is worked on; the others wait. What cannot be told leaves them together."""
    if reading.intent in _ASIDES:
        return
    apart: list[str] = draft.get("needs") or []
    picked = _picked(apart, reading)
    if picked is None:
        result.updates["focus"] = WHOLE
        return
    told = str(draft.get("goal") or "")
    result.updates |= {
        "focus": picked,
        "problem": picked,
        "waiting": [one for one in apart if one != picked],
        **({} if told and told in picked else {"goal": None, "indicators": None}),
    }
    result.changed.append("problem")


def _picked(apart: list[str], reading: Reading) -> str | None:
    chosen = reading.values.get("focus")
    if chosen is not None:
        place = int(chosen) if str(chosen).isdigit() else 0
        return apart[place - 1] if 0 < place <= len(apart) else None
    if not apart or reading.intent in ("skip", "deny") or re.search("一起|一并|合|都|全", reading.text):
        return None
    scores = [fuzz.partial_ratio(_bare(reading.text), _bare(one)) for one in apart]
    best = max(range(len(apart)), key=lambda place: scores[place])
    return apart[best] if scores[best] >= ALIKE_NEED else None


def _absorb_detail(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """The answer to the second question belongs to the problem."""
    text = (reading.values.get("problem") or "").strip()
    if reading.intent in _ASIDES:
        return
    result.updates["detailed"] = True
    if reading.intent not in TAKES_TEXT or _UNKNOWN.search(text) or len(_bare(text)) < MIN_SUBSTANCE:
        _absorb_goal(draft, reading, result)
        return
    _add(draft, "problem", text, result)
    if reading.values.get("indicators") or _GOAL.search(text):
        result.updates |= {"indicators": reading.values.get("indicators") or [], "goal": text[:MAX_GOAL]}


def _add(draft: dict[str, Any], key: str, text: str, result: Absorbed) -> None:
    """Free words that come later stand behind those that came first; said twice they count once."""
    before = str(draft.get(key) or "")
    if text in before:
        return
    result.updates[key] = f"{before}；{text}".strip("；")[: MAX_PROBLEM if key == "problem" else MAX_GOAL]
    result.changed.append(key)
    result.added = text


def _absorb_goal(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    other = reading.values.keys() - {"problem", "indicators", "goal"}
    text = ((reading.values.get("problem") if other else None) or reading.text).strip()
    if reading.intent == "correct" and result.changed:
        return
    if reading.intent in ("skip", "deny") or (_UNKNOWN.search(text) and len(_bare(text)) <= 10):
        result.updates["indicators"] = "无"
    elif reading.intent in TAKES_TEXT and (
        reading.values.get("indicators") or (reading.intent not in _ASIDES and _says_a_goal(text))
    ):
        result.updates["indicators"] = reading.values.get("indicators") or []
        result.updates["goal"] = text[:MAX_GOAL]
        result.changed.append("indicators")
    elif reading.intent not in _ASIDES and not result.changed:
        result.understood = False
        result.invalid = result.invalid or Invalid("indicators", "not_understood")


def _says_a_goal(text: str) -> bool:
    if _NO_GOAL.search(text) or re.fullmatch(r"\d{5,}", _bare(text)):
        return False
    return (len(_bare(text)) >= 4 and bool(_CHINESE.search(text))) or bool(
        re.search(r"[\d一二三四五六七八九十百半两零%]", text) and len(_bare(text)) >= 2
    )


def _skip(draft: dict[str, Any], question: str, result: Absorbed) -> bool:
    previous = draft.get("previous")
    if previous and previous["key"] == question:
        result.updates[question] = previous["value"]
        result.updates["previous"] = None
        return True
    if question not in SKIPPABLE:
        result.invalid = Invalid(question, "needed")
        return True
    result.updates[question] = SKIPPED[question]
    result.changed.append(question)
    return True


_ASIDES = frozenset(
    {
        "explain",
        "help",
        "faq_fee",
        "faq_what",
        "faq_process",
        "faq_privacy",
        "handoff",
        "ask_status",
        "my_data",
        "delete_my_data",
        "greet",
        "goodbye",
        "chitchat",
        "abuse",
        "out_of_scope",
        "cancel",
        "resume",
        "rate",
    }
)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
