"""Amounts of money in a text: number, unit and currency, ranges and bounds, in 万元."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.nlu.clauses import clause, is_bare_answer
from bot.nlu.numbers import CHINESE, NUMBER, read

_CURRENCY = r"元整|元|块钱|块|圆整|圆|人民币|rmb|大洋|大元"
_FOREIGN_SIGN = r"us\$|hk\$|\$|€|£|usd|eur|美元|美金|欧元"
_AMOUNT = re.compile(
    rf"(?<![a-z0-9.{CHINESE}])(?:(?P<foreign>{_FOREIGN_SIGN})|(?P<sign>[￥¥]|rmb|cny|人民币))?\s*(?P<vague>[大小]?几)?"
    rf"(?P<number>(?<=几)(?=[十百千万])[十百千]?|{NUMBER})\s*"
    rf"(?P<about>好几|来|多|余|几|把)?\s*(?P<each>个(?=\s*(?:百万|千万|万|亿|w)))?\s*\(?(?P<scale>[百千]?万|亿|"
    rf"kw|w|k(?![a-z0-9]))?"
    rf"(?:多|来|把)?\s*(?P<currency>{_CURRENCY}|个(?![月周季年半星礼工小人点])|(?<=k)(?![a-z]))?\)?(?:(?<=[元块钱])\s*(?:人民币|rmb)整?)?(?P<end>)",
    re.IGNORECASE,
)
_TABLE = re.compile(
    rf"(?:预算|经费|投入|投资|金额|资金|费用|额度)[^,。;\n\d()]{{0,6}}\(\s*(?:单位\s*[:：]?\s*)?(?:人民币)?\s*"
    rf"(?P<scale>万|亿)元?\s*\)\s*[:：]?\s*(?P<low>{NUMBER})(?:\s*(?:-+|~+|到|至)\s*(?P<high>{NUMBER}))?(?![\d万亿])"
)
_COUNTED = re.compile(
    r"[^\S\n]*(?:多|余|来)?[^\S\n]*(?:吨|只|台|件|套|支|条|头|亩|人|次|平|米|公里|千米|km|瓦|千瓦|度|户|片|颗|斤|公斤|"
    r"立方|字|张|辆|像素|转|hz|赫|倍|"
    r"小时|枚|株|羽|瓶|盒|包|袋|份|册|用户|粉丝|级|步|单(?!位)|家|座|升|mah|v|"
    r"伏|kg|t/|立方|目|分钟|天|年(?![前底末内中后初])|个月|岁|期(?!限|间|望)|尾|匹|箱|台套|标箱|标准箱|学员|学生|职工|员工|"
    r"行|列|节|根|块(?:电池|板|屏|砖)|门|道|类|种|项(?!目)|组|点位|分之|"
    r"个(?:零件|产品|用户|工人|样|循环|点|数据|螺|焊|瓶|孔|传感|设备|节点|批|品|菌|检|参数|工位))"
)
_FOREIGN_AFTER = re.compile(
    r"\s*(?:多|余)?\s*(?:美元|美金|美刀|刀(?!具|片|头|盘)|欧元|欧(?!姆)|日元|英镑|港币|港元|韩元|usd|eur|\$|€)"
)
_WATTS = re.compile(r"(?:功率|功耗|电机|激光|光源|灯|输出|充电|加热|电源)[^,。;]{0,4}$")
_WATTS_AFTER = re.compile(r"\s*(?:的)?(?:激光|电机|灯|功率|功耗|电源|led|充电|加热|光纤|切割|风机|/)")
_TOP = re.compile(
    r"(?:(?:不|没|莫|别|勿|未)(?:能|要|得|会|可|准|许)?(?:得)?(?:超过?|高于|多于|大于|突破|过)|超不过|最多|顶多|至多|最高|"
    r"最大|上限|封顶|顶天|撑死|(?<!不)低于|(?<!不)小于|(?<!不)少于|不到|不足|以内|控制在|压在|限额|≤|<=|<)"
    r"[^\d,。;十百千万]{0,5}$"
)
_TOP_AFTER = re.compile(r"\s*(?:以内|之内|内|以下|之下|封顶|到顶|顶天|为限|打住|是上限|最多|上限|撑死|到头|是极限)")
_BOTTOM = re.compile(
    r"(?:不低于|不少于|不小于|至少|起码|最少|最低|下限|高于|超过|大于|多于|保底|起步|打底|(?:怎么|咋个?)(?:也|都)(?:得|要)|少说|不下|上得了|≥|>=|>)"
    r"[^\d,。;十百千万]{0,5}$"
)
_BOTTOM_AFTER = re.compile(
    r"\s*(?:块?钱)?(?:以上|之上|起步|打底|往上|朝上|开外|保底|出(?:点|一点)?头|\+|＋|起(?![来始草]))"
)
_BETWEEN = re.compile(r"^\s*(?:左右|上下)?\s*(?:-+|~+|到|至|和(?=.{0,14}之间)|跟(?=.{0,14}之间)|或者?|、)\s*$")
_BARE_RANGE = re.compile(r"\D{0,6}[\d.]+\s*(?:-|~|到|至)\s*[\d.]+\D{0,4}")
_LABEL = re.compile(r"(?:预算|(?<!注册)经费|拟投入?|投入金额|悬赏)[^,。;\d\n]{0,8}(?:[\d.]+\s*(?:-|~|到|至)\s*)?$")
_AFTER_LABELLED = re.compile(
    r"\s*(?:左右|上下|以内|之内|以下|封顶|以上|起|吧|嘛|哈|哦|噻|了|就行|就好|够了|可以|\s)*(?:[,。;!\n]|$)"
)
_SPOKEN_OF = re.compile(r"(?:预算|经费|给|拿|出|投|花)[^,。;]{0,6}$|(?:预算|经费|钱)[^,。;]{0,3}[,，]?[^,。;]{0,3}$")
_REFUSED_AFTER = re.compile(
    r"\s*(?:的话)?(?:我们?)?就?(?:不考虑|算了|不行|不做|不干|不搞|免谈|太贵|没法|拿不出|不要|遭不住|承受不)"
)
_FACTORS = {"百万": 1e6, "千万": 1e7, "万": 1e4, "w": 1e4, "亿": 1e8, "k": 1e3, "kw": 1e7}
_VAGUE = {"几": (2.0, 9.0), "小几": (2.0, 5.0), "大几": (5.0, 9.0)}
"""几十万 is anything from two to nine of its unit."""


@dataclass(frozen=True)
class Amount:
    """One amount of money: bounds in 万元, whether it says a currency or a large unit, and its place."""

    low: float | None
    high: float | None
    marked: bool
    start: int
    end: int
    foreign: bool = False
    """Another currency than RMB: never read as a budget in 万元."""


def amounts(text: str, asked: bool) -> list[Amount]:
    """Every amount, ranges joined, with the bounds that the words around it say; `asked`: as in `budgets`."""
    joined: list[Amount] = []
    raw = list(_raw(text, asked))
    place = 0
    while place < len(raw):
        amount, scaled = raw[place]
        if place + 1 < len(raw):
            after, after_scaled = raw[place + 1]
            gap = text[amount.end : after.start]
            between = _BETWEEN.match(gap) or (not gap and text[amount.end - 1] in "多来几")
            whole = _range(amount, scaled, after, after_scaled) if between else None
            if whole:
                joined.append(whole)
                place += 2
                continue
        joined.append(amount)
        place += 1
    return [_bounded(text, amount) for amount in joined if amount.marked]


def _raw(text: str, asked: bool) -> Iterator[tuple[Amount, bool]]:
    """Amounts one by one, and whether each carries its own 万 or 亿."""
    covered = 0
    tables = {found.start(): found for found in _TABLE.finditer(text)}
    for found in _AMOUNT.finditer(text):
        table = next((row for start, row in tables.items() if start <= found.start() < row.end()), None)
        if found.start() < covered:
            continue
        if table:
            covered = table.end()
            yield from _tabled(table)
            continue
        yield from _written(text, found, asked)


def _tabled(found: re.Match[str]) -> Iterator[tuple[Amount, bool]]:
    """拟投入(万元): 50."""
    low, high = read(found["low"]), read(found["high"] or found["low"])
    factor = _FACTORS[found["scale"]] / 1e4
    if low and high and 0 < low[0] <= high[1]:
        yield Amount(low[0] * factor, high[1] * factor, True, found.start("low"), found.end()), True


def _written(text: str, found: re.Match[str], asked: bool) -> Iterator[tuple[Amount, bool]]:
    number = found["number"]
    value = _value(found, text)
    if value is None and number:
        yield from _either(number, found.start("number"))
    if value is None or value[0] <= 0 or _is_other(text, found):
        return
    scale = (found["scale"] or "").lower()
    factor = _FACTORS.get(scale, 1.0)
    scaled = bool(scale) or "万" in number or "亿" in number
    currency = found["currency"] or found["sign"]
    if currency == "个" and not scaled:
        if not (asked or _SPOKEN_OF.search(_lead(text, found.start()))):
            return
        factor, scaled = 1e4, True
    foreign = bool(found["foreign"] or _FOREIGN_AFTER.match(text, found.end()))
    marked = scaled or bool(currency) or foreign
    if not marked and not found["about"]:
        marked, factor, scaled = _plain(text, found, value, asked)
    amount = Amount(value[0] * factor / 1e4, value[1] * factor / 1e4, marked, found.start(), found.end(), foreign)
    yield amount, scaled


def _value(found: re.Match[str], text: str) -> tuple[float, float] | None:
    number = found["number"]
    if found["vague"]:
        low, high = _VAGUE[found["vague"]]
        unit = read("一" + number) if number else (1.0, 1.0)
        return (low * unit[0], high * unit[0]) if unit and (number or found["scale"]) else None
    if number[0] in "万亿" and not (found["about"] == "把" or re.search(r"[上近过逾]$", text[: found.start()][-1:])):
        return None
    return read(number)


def _is_other(text: str, found: re.Match[str]) -> bool:
    """Counts of things, and watts."""
    end = len(text[: found.end()].rstrip())
    if _COUNTED.match(text, end) and not (found["currency"] or "").startswith(("元", "块钱", "圆")):
        return True
    scale = (found["scale"] or "").lower()
    return scale == "kw" or (
        scale in ("w", "k") and bool(_WATTS.search(_lead(text, found.start())) or _WATTS_AFTER.match(text, found.end()))
    )


def _plain(text: str, found: re.Match[str], value: tuple[float, float], asked: bool) -> tuple[bool, float, bool]:
    """A bare number answers the question for the budget: below 1000 it counts 万, above 元."""
    if re.match(r"\s*(?:%|年|月|日|号|天|周|\d|[a-z])", text[found.end() :]) or value[1] > 1e9:
        return False, 1.0, False
    closes = bool(_AFTER_LABELLED.match(text, found.end()))
    before = _lead(text, found.start())
    labelled = closes and bool(_LABEL.search(before))
    alone = asked and (
        (closes and len(text) <= 24 and not re.search(r"[第a-z]\s*$", before))
        or is_bare_answer(text, found.start(), found.end(), 14)
        or bool(_BARE_RANGE.fullmatch(text[:60]))
    )
    stands = alone or labelled
    return stands, 1e4 if stands and value[1] < 1000 else 1.0, stands


def _range(first: Amount, first_scaled: bool, second: Amount, second_scaled: bool) -> Amount | None:
    """30-50万: the first number borrows the unit of the second."""
    if not second.marked or first.low is None or second.high is None:
        return None
    low = first.low
    if second_scaled and not first_scaled and low * 1e4 <= second.high:
        low *= 1e4
    if low > second.high:
        return None
    return Amount(low, second.high, True, first.start, second.end, first.foreign or second.foreign)


def _either(number: str, start: int) -> Iterator[tuple[Amount, bool]]:
    """十万八万: two amounts in a row, the larger first, are the ends of a range."""
    parts = re.fullmatch(r"(.+?[万亿])(.+[万亿])", number)
    first, second = (read(parts[1]), read(parts[2])) if parts else (None, None)
    if first and second and 0 < second[0] < first[1]:
        yield Amount(second[0] / 1e4, first[1] / 1e4, True, start, start + len(number)), True


def _bounded(text: str, amount: Amount) -> Amount:
    before, _ = clause(text, amount.start, amount.end)
    after = text[amount.end : amount.end + 12]
    if amount.low != amount.high:
        return amount
    if re.search(r"[上逾过]$", before) and re.match(r"[百千万亿]", text[amount.start :]):
        return replace(amount, high=None)
    top = _TOP.search(before) or (_BOTTOM.search(before) and _REFUSED_AFTER.match(after))
    if top or _TOP_AFTER.match(after):
        return replace(amount, low=None)
    if _BOTTOM.search(before) or _BOTTOM_AFTER.match(after):
        return replace(amount, high=None)
    return amount


def _lead(text: str, start: int) -> str:
    """The last characters before a place: enough for any cue, bounded for any text."""
    return text[max(0, start - 40) : start]
