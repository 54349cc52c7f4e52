"""The form check by machine: what keeps a demand from going out by itself (product design, "Life of a demand")."""

from dataclasses import dataclass

TITLE_LENGTH = range(4, 61)
MIN_SUBSTANCE = 6
"""Letters and digits of problem and goal together, as the intake demands; staff judge what is shorter."""
MANY_A_DAY = 5
"""Demands of one person a day from which on staff look first: counted demands that nobody meant."""
SECRETS = ("涉密", "国家秘密", "军工机密", "机密级", "绝密", "秘密级")
NOT_SECRET = ("不涉密", "非涉密", "无涉密", "未涉密", "不涉及国家秘密", "不含涉密")
REASONS = {
    "title": "需求名称过短或过长",
    "substance": "问题说得太少，看不出要解决什么",
    "secret": "疑似涉密，涉密不受理",
    "many": "同一人当天提交较多，请核对是否真实",
}


@dataclass(frozen=True)
class Form:
    """What the check looks at."""

    title: str
    problem: str
    goal: str | None
    others_today: int
    """Demands of the same person on this day, without this one."""


def faults(form: Form) -> list[str]:
    """Keys of REASONS; none means that the demand passes."""
    text = "".join((form.title, form.problem, form.goal or ""))
    found = {
        "title": len(form.title.strip()) not in TITLE_LENGTH,
        "substance": sum(char.isalnum() for char in form.problem + (form.goal or "")) < MIN_SUBSTANCE,
        "secret": _is_secret(text),
        "many": form.others_today >= MANY_A_DAY,
    }
    return [key for key, wrong in found.items() if wrong]


def _is_secret(text: str) -> bool:
    for denial in NOT_SECRET:
        text = text.replace(denial, "")
    return any(word in text for word in SECRETS)
