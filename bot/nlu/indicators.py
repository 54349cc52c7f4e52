"""Technical figures in a text: name, operator, value, unit; what is aimed at, not where it stands today."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.nlu.gazetteer import rows
from bot.nlu.numbers import CHINESE, read

_ARABIC = r"\d+(?:\.\d+)?"
_NUMBER = rf"(?:{_ARABIC}\s*[万千]?|[{CHINESE}]+(?:点[{CHINESE}]+)?)"
_SIGN = r"±|正负|\+/-|\+-|上下浮动"
_AT_MOST = (
    r"(?:不|没|别|莫)(?:能|得|要|可|会)?(?:超过?|高于|大于|多于|过)|小于等于|低于等于|≤|<=|控制[在到]|[降减缩压](?:低|少|短|缩|小)?[到至为成]|"
    r"下降[到至]|最[高大多]|以内"
)
_AT_LEAST = (
    r"(?:不|莫)(?:能|得|要|可)?(?:低于|小于|少于|短于|不足)|大于等于|高于等于|≥|>=|至少|起码|最[低小少]|达[到至]|"
    r"[提升增加](?:高|升|加|大|长)?[到至为成]|做到|要到|想到|超过"
)
_LESS, _MORE = r"(?:小|低|少|短)于|<", r"(?:大|高|多|长)于|>"
_OPERATORS = (("<=", _AT_MOST), (">=", _AT_LEAST), ("<", _LESS), (">", _MORE))
_AFTER = {
    "<=": r"以内|之内|以下|之下|及以下|内(?!部|容|外)|封顶",
    ">=": r"以上|之上|及以上|起(?!来|动|始)",
}
_LOWERED = re.compile(r"(?:降|减|缩|压|少|低|短)[^,。;]{0,2}$")
_NOW = re.compile(r"(?:现在|目前|现有|现状|当前|如今|眼下|只有|才|仅|原来|以前|从|由)[^,。;\d]{0,6}$")
_BOUNDARY = re.compile(r"[,，。;；、\n!！?？()（）]|(?<=[\u4e00-\u9fff\d%])\s+(?=[\u4e00-\u9fff])")
_LEADING = re.compile(
    r"^(?:我们|我(?!国)|咱们?|公司|厂里?|产品|目前|现在|当前|现有|希望|要求|需要?|想要?|能够?|可以|必须|最好|把|将|使|让|其中?|这个|那个|"
    r"并且?|而且|同时|以及|和|与|及|但是?|要|的|是|在|对|做到?|达到?|保证|确保|实现|以|\d+[.、)]|[\s:：·\-])+"
)
_TRAILING = re.compile(
    r"(?:现在|目前|当前|大概|大约|约|只有|才|仅|都|也|就|还|要求?|能够?|可以|想要?|希望|需要?|必须|应该?|最好|是|为|在|从|由|的|有|"
    r"得|控制|做|达|到|提高|提升|降低|降|减少|缩短|保持|稳定|一般|平均|不能?|上下|左右|之间|[\s:：=]|每)+$"
)
_NAME = re.compile(r"[\u4e00-\u9fffa-z]+$")
_LENGTHS = frozenset({"天", "个月", "min", "h", "s"})
"""Units of time: an indicator only under a name that is measured in time or with an operator."""
_LASTS = re.compile(r"保质期|货架期|寿命|续航|节拍|时间|时延|延迟|周期|间隔|期$|质保")
_KNOWN = re.compile(
    r"(?:率|度|量|值|差|强度|效率|寿命|时间|周期|能耗|功耗|成本|cod|bod|氨氮|总磷|总氮|噪[声音]|距离|尺寸|间隙|带宽|延迟|时延|温漂|"
    r"比|数|节拍|续航|速度|期|力|径|重|厚|宽|长|深|高|温|压|流|阻|频|距|功率|性|ph|粗糙度|轴度|面度)$"
)


_FIRST = {"ra": "μm", "rz": "μm"}
"""Roughness stands before its value and is in micrometres."""


@dataclass(frozen=True)
class Figure:
    """One figure with its place; `now` when it says where things stand today."""

    name: str
    op: str
    value: float | str
    unit: str
    start: int
    end: int
    now: bool = False


def indicators(text: str) -> list[tuple[dict[str, Any], int, int]]:
    """Figures with a unit, in the order of the text; a unit and a name are borrowed from the figure before."""
    found: list[Figure] = []
    for figure in _figures(text):
        last = found[-1] if found else None
        name = figure.name or (last.name if last and _is_near(text, last, figure) else "")
        if not figure.unit:
            if last is None or not _is_near(text, last, figure):
                continue
            figure = replace(figure, unit=last.unit)
        found.append(_directed(replace(figure, name=name), last))
    aims = [figure for place, figure in enumerate(found) if _counts(figure) and not _is_replaced(found, place)]
    return [
        ({"name": item.name, "op": item.op, "value": item.value, "unit": item.unit}, item.start, item.end)
        for item in aims
    ]


def _figures(text: str) -> Iterator[Figure]:
    for match in _pattern().finditer(text):
        before = _clause_before(text, match.start())
        signed = bool(match["sign"])
        unit = _units()[match["unit"].lower()] if match["unit"] else "%" if match["percent"] else match["first"] or ""
        spoken = not re.match(r"\d", match["low"])
        op = "±" if signed else _operator(before, match["after"] or "")
        if (spoken or not unit) and op == "=":
            continue
        if not unit and not re.match(r"\s*(?:吧|嘛|哈|就行|就好|左右)?\s*(?:[,，。;；!！\n]|$)", text[match.end() :]):
            continue
        value = _value(match)
        if value is not None:
            now = bool(_NOW.search(_stripped(before)))
            yield Figure(
                _name(before),
                op,
                value,
                _FIRST.get(unit.lower(), unit.upper()) if match["first"] else unit,
                match.start(),
                match.end(),
                now,
            )


def _directed(figure: Figure, last: Figure | None) -> Figure:
    """做到0.02 is at most when it stands at 0.05 today, and 想到99% at least when it stands at 90%."""
    if last is None or not last.now or (last.name, last.unit) != (figure.name, figure.unit):
        return figure
    if isinstance(last.value, str) or isinstance(figure.value, str) or figure.op not in (">=", "="):
        return figure
    return replace(figure, op="<=" if figure.value < last.value else ">=")


def _counts(figure: Figure) -> bool:
    if figure.unit in _LENGTHS:
        return bool(_LASTS.search(figure.name))
    return figure.op != "=" or bool(_KNOWN.search(figure.name)) or (figure.unit == "%" and bool(figure.name))


def _is_near(text: str, last: Figure, figure: Figure) -> bool:
    between = text[last.end : figure.start]
    return len(between) <= 24 and not re.search(r"[。;；\n]", between)


def _is_replaced(found: list[Figure], place: int) -> bool:
    """Where things stand gives way to what is aimed at, of the same name and unit."""
    figure = found[place]
    after = found[place + 1 : place + 2]
    if not after or after[0].name != figure.name or after[0].now:
        return False
    return figure.now or (figure.unit == after[0].unit and figure.op in "=±" and after[0].op != figure.op)


def _operator(before: str, after: str) -> str:
    for operator, pattern in _AFTER.items():
        if re.fullmatch(pattern, after):
            return operator
    near = before[-12:]
    places = [
        (match.end(), -match.start(), operator)
        for operator, pattern in _OPERATORS
        for match in re.finditer(pattern, near)
        if len(near) - match.end() <= 3
    ]
    return max(places)[2] if places else "="


def _value(match: re.Match[str]) -> float | str | None:
    low = read(match["low"].replace(" ", ""))
    if low is None:
        return None
    if not match["high"]:
        return low[1]
    high = read(match["high"].replace(" ", ""))
    return None if high is None else f"{low[0]:g}-{high[1]:g}"


def _clause_before(text: str, start: int) -> str:
    before, cut = text[max(0, start - 40) : start], 0
    for boundary in _BOUNDARY.finditer(before):
        cut = boundary.end()
    return before[cut:]


def _stripped(before: str) -> str:
    return re.sub(rf"(?:{_SIGN}|[\s:：])+$", "", before)


def _name(before: str) -> str:
    """The noun before the figure without the words that lead to it: 我们的良率要提高到 → 良率."""
    text = _stripped(before)
    for _, pattern in _OPERATORS:
        text = re.split(pattern, text)[0]
    text = re.split(r"从|由|现在|目前|降低|提高|提升|缩短|减少|控制", text)[0] or text
    text = _TRAILING.sub("", _LEADING.sub("", text))
    text = re.split(r"的|把|将|使", text)[-1]
    match = _NAME.search(text)
    return match[0] if match and 2 <= len(match[0]) <= 12 else ""


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    return {row["written"]: row["unit"] for row in rows("units.csv")}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    units = "|".join(re.escape(unit) for unit in sorted(_units(), key=len, reverse=True))
    after = "|".join(_AFTER.values())
    return re.compile(
        rf"(?<![\d.a-z])(?:(?P<sign>{_SIGN})\s*)?(?P<percent>百分之)?(?:(?P<first>hrc|hv|hb|ra|rz)\s*)?(?P<low>{_NUMBER})"
        rf"(?:\s*(?:{units})?\s*(?:-|~|到|至)\s*(?P<high>{_NUMBER}))?(?:\s*个?(?P<unit>{units})(?![a-z0-9/]))?\s*"
        rf"(?:左右|上下)?(?P<after>{after})?",
        re.IGNORECASE,
    )
