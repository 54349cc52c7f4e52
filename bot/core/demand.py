"""The demand: its fields, their options and limits, and how complete it is (product design, "The demand")."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

CATEGORIES = (
    "技术攻关",
    "技术诊断与咨询",
    "成果引进与转化",
    "技术改造升级",
    "检验检测与标准",
    "人才培养与培训",
    "战略规划咨询",
    "农业技术推广指导",
    "建站与平台申请",
    "其他",
)
FIELDS = (
    "电子信息",
    "生物与新医药",
    "航空航天",
    "新材料",
    "高技术服务",
    "新能源与节能",
    "资源与环境",
    "先进制造与自动化",
    "现代农业与食品",
    "建筑与城市",
    "医疗卫生",
    "其他",
)
COOP_MODES = (
    "委托开发",
    "合作开发",
    "技术转让",
    "技术许可",
    "技术咨询",
    "技术服务",
    "共建平台",
    "人才引育",
    "可协商",
)
URGENCIES = ("一般", "较急", "紧急")
BudgetKind = Literal["amount", "negotiable", "none"]
MAX_BUDGET = 100_000
"""万元."""
QUALITY_WEIGHTS = {
    "problem": 20,
    "indicators": 20,
    "goal": 15,
    "budget": 15,
    "deadline": 10,
    "field": 10,
    "coop_mode": 5,
    "current_base": 5,
}
_LEGAL_ENDINGS = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|公司|厂)$")
_NOT_NAME = re.compile(r"[\s()（）\[\]【】·•\-—_,，.。'\"“”]+")


@dataclass(frozen=True)
class Budget:
    """What the enterprise wants to spend, in 万元."""

    kind: BudgetKind
    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        if self.kind != "amount":
            return
        low, high = self.min, self.max
        if low is None and high is None:
            raise ValueError("an amount needs a figure")
        if not all(0 < bound <= MAX_BUDGET for bound in (low, high) if bound is not None):
            raise ValueError(f"a budget lies between 0 and {MAX_BUDGET} 万元")
        if low is not None and high is not None and low > high:
            raise ValueError("the lower bound is above the upper one")

    @classmethod
    def of(cls, value: dict[str, Any]) -> "Budget":
        """From the contract's {"kind", "min", "max"}."""
        return cls(value["kind"], value.get("min"), value.get("max"))

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "min": self.min, "max": self.max}


def check_deadline(value: str, today: date) -> str:
    """`value` when it is ASAP, long_term or an ISO date from today on; ValueError otherwise."""
    if value in ("ASAP", "long_term"):
        return value
    if date.fromisoformat(value) < today:
        raise ValueError("the deadline lies in the past")
    return value


def enterprise_match_key(name: str) -> str:
    """What two writings of one enterprise's name have in common."""
    bare = _NOT_NAME.sub("", name).upper()
    bare = re.sub(r"^(四川省?)?(成都市?)", "", bare) or bare
    return _LEGAL_ENDINGS.sub("", bare) or bare


def quality_score(values: dict[str, Any]) -> int:
    """Completeness, 0–100: the weight of every part that is there."""
    return sum(weight for key, weight in QUALITY_WEIGHTS.items() if _counts(key, values.get(key)))


def _counts(key: str, value: Any) -> bool:
    if not value:
        return False
    if key == "problem":
        return len(value) >= 20
    if key == "budget":
        return bool(value.get("kind") != "none")
    return bool(value != "无")
