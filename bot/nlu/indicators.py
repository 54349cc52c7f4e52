"""Technical figures in a text: name, operator, value, unit."""

import re
from typing import Any

_UNIT = (
    r"%|‰|个?百分点|百分之|微米|毫米|厘米|纳米|丝|道|μm|um|nm|mm|cm|km|m2|m3|米|公斤|千克|kg|mg/l|mg/m3|mg|"
    r"g/cm3|g|克|吨/天|吨/小时|吨|ppm|ppb|℃|°c|度|摄氏度|mpa|kpa|gpa|pa|兆帕|hrc|hv|db|分贝|"
    r"ms|毫秒|微秒|秒|s|分钟|小时|h|天|倍|次/分钟|次|转/分|转|rpm|hz|khz|mhz|ghz|帧/秒|帧|fps|w|kw|kwh|mah|ah|"
    r"wh/kg|v|mv|kv|a|ma|lm/w|lux|nit|cst|ph|万次|个/袋|件/小时|件/天|件/分钟|个/分钟|片/小时|袋|目|级|牛|n|nm|"
    r"kn"
)
_NUMBER = r"\d+(?:\.\d+)?"
_OPERATORS = {
    "<=": r"不超过|不大于|不高于|小于等于|≤|<=|以内|以下|之内|控制在|降到|降低到|减到|缩短到|压到|压缩到",
    "<": r"小于|低于|少于|<",
    ">=": r"不低于|不小于|不少于|大于等于|至少|≥|>=|以上|达到|提高到|提升到|升到|做到",
    ">": r"大于|高于|超过|>",
    "±": r"±|正负|\+/-|\+-",
}
_BEFORE = "|".join(pattern for pattern in _OPERATORS.values())
_FIGURE = re.compile(
    rf"(?P<op>(?:{_BEFORE})[\s:：]*)*(?P<value>{_NUMBER}(?:\s*[-~到]\s*{_NUMBER})?)\s*个?(?P<unit>{_UNIT})(?![a-z])\s*(?P<after>以内|"
    rf""
    rf""
    rf""
    rf"以下|之内|内(?!部)|以上)?",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"([\u4e00-\u9fffa-z]{0,10}?(?:率|度|量|值|差|精度|误差|偏差|厚度|强度|硬度|温度|压力|速度|效率|寿命|时间|"
    r"周期|能耗|功耗|成本|浓度|含量|cod|氨氮|总磷|噪声|噪音|距离|重量|尺寸|间隙|分辨率|带宽|延迟|时延|温漂|漏率|"
    r"纯度|间距|直径|比|数))"
    r"(?:现在|目前|大概|只有|要|能|想|希望|需要|必须|是|为|在|从|的)*[^,。;;，\d±<>≤≥]{0,6}$",
    re.IGNORECASE,
)
_PERCENT_SPOKEN = re.compile(r"百分之\s*(\d+(?:\.\d+)?)")
_FROM_TO = re.compile(r"(?:从|由)[^,。;]{0,8}$")


def indicators(text: str) -> list[tuple[dict[str, Any], int, int]]:
    """Figures with a unit, in the order of the text; a name is the noun that stands before."""
    found: list[tuple[dict[str, Any], int, int]] = []
    name = ""
    for match in _FIGURE.finditer(text):
        if match["unit"] == "天" or re.search(r"(?:\d|[年月])$", text[: match.start()]):
            continue
        before = re.split(r"[,，。;；\n]", text[: match.start()])[-1]
        named = _NAME.search(before)
        name = named[1] if named else name if before.strip() else ""
        value = match["value"].replace(" ", "")
        item = {
            "name": name,
            "op": _operator(match, before),
            "value": float(value) if re.fullmatch(_NUMBER, value) else value,
            "unit": match["unit"],
        }
        if named or item["op"] != "=" or match["unit"] in ("%", "‰"):
            found.append((item, match.start(), match.end()))
    return found


def _operator(match: re.Match[str], before: str) -> str:
    after = match["after"] or ""
    if after:
        return ">=" if after == "以上" else "<="
    words = (match["op"] or "") + " "
    for operator, pattern in _OPERATORS.items():
        if re.search(pattern, words) or re.search(rf"(?:{pattern})[^,。\d]{{0,3}}$", before):
            return operator
    return "="
