"""What is told in free words: the need, which of several, more of it, and the aim."""

import re
from typing import Any

from rapidfuzz import fuzz

from bot.core import needs
from bot.core.message import Absorbed, Invalid, Reading

TAKES_TEXT = frozenset({"submit_demand", "inform", "correct", "out_of_scope", "nlu_fallback", "chitchat"})
"""Intents under which the rest of a text may be an answer in free words."""
WHOLE = "whole"
"""Slot `focus` of a text that is one need, or is to stay one."""
ALIKE_NEED = 50
"""Percent of likeness from which an answer names one of several needs."""
MIN_PROBLEM = 4
MIN_CHINESE = 4
"""Characters of a need that must be Chinese: code and other languages are asked for in Chinese."""
MIN_SUBSTANCE = 3
"""Characters that are left when the words of every need are taken away."""
MAX_PROBLEM = 1000
MAX_GOAL = 500
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
ASIDES = frozenset(
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


def absorb_text(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """The problem in the user's own words, or what is added to it later."""
    rest = (reading.values.get("problem") or "").strip()
    if reading.intent not in TAKES_TEXT or not rest or reading.question == "title":
        return
    if draft.get("problem") is None and reading.question in (None, "consent", "problem"):
        starts = ("submit_demand", "inform") if reading.question is None else ("submit_demand", "inform", "correct")
        if reading.intent in starts or reading.question == "problem":
            _take_problem(rest, reading, result)
    elif (
        reading.intent in ("submit_demand", "inform")
        and len(letters(rest)) >= 10
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
    if len(_CHINESE.findall(rest)) < MIN_CHINESE and len(letters(rest)) >= MIN_CHINESE:
        result.invalid = Invalid("problem", "not_chinese")
        return
    if len(letters(rest)) >= MIN_PROBLEM and len(_FILLER.sub("", letters(rest))) >= MIN_SUBSTANCE:
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
    return bare if len(letters(bare)) >= MIN_PROBLEM else text


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


def absorb_focus(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """Which of several needs is worked on; the others wait. What cannot be told leaves them together."""
    if reading.intent in ASIDES:
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
    scores = [fuzz.partial_ratio(letters(reading.text), letters(one)) for one in apart]
    best = max(range(len(apart)), key=lambda place: scores[place])
    return apart[best] if scores[best] >= ALIKE_NEED else None


def absorb_detail(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    """The answer to the second question belongs to the problem."""
    text = (reading.values.get("problem") or "").strip()
    if reading.intent in ASIDES:
        return
    result.updates["detailed"] = True
    if reading.intent not in TAKES_TEXT or _UNKNOWN.search(text) or len(letters(text)) < MIN_SUBSTANCE:
        absorb_goal(draft, reading, result)
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


def absorb_goal(draft: dict[str, Any], reading: Reading, result: Absorbed) -> None:
    other = reading.values.keys() - {"problem", "indicators", "goal"}
    text = ((reading.values.get("problem") if other else None) or reading.text).strip()
    if reading.intent == "correct" and result.changed:
        return
    if reading.intent in ("skip", "deny") or (_UNKNOWN.search(text) and len(letters(text)) <= 10):
        result.updates["indicators"] = "无"
    elif reading.intent in TAKES_TEXT and (
        reading.values.get("indicators") or (reading.intent not in ASIDES and _says_a_goal(text))
    ):
        result.updates["indicators"] = reading.values.get("indicators") or []
        result.updates["goal"] = text[:MAX_GOAL]
        result.changed.append("indicators")
    elif reading.intent not in ASIDES and not result.changed:
        result.understood = False
        result.invalid = result.invalid or Invalid("indicators", "not_understood")


def _says_a_goal(text: str) -> bool:
    if _NO_GOAL.search(text) or re.fullmatch(r"\d{5,}", letters(text)):
        return False
    return (len(letters(text)) >= 4 and bool(_CHINESE.search(text))) or bool(
        re.search(r"[\d一二三四五六七八九十百半两零%]", text) and len(letters(text)) >= 2
    )


def letters(text: str) -> str:
    """Without punctuation and blanks."""
    return re.sub(r"[\W_]+", "", text)
