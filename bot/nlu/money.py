"""The budget in a text: amounts in 万元, bounds and ranges; money that is something else is left alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.nlu.clauses import change_pairs, clause, is_bare_answer
from bot.nlu.numbers import CHINESE, NUMBER, read

_CURRENCY = r"元整|元|块钱|块|圆整|圆|人民币|rmb|大洋|大元"
_AMOUNT = re.compile(
    rf"(?<![a-z0-9.{CHINESE}])(?:(?P<sign>[￥¥]|rmb|人民币)\s*)?(?P<number>几?{NUMBER}|几(?=[十百千万]))\s*"
    rf"(?P<about>好几|来|多|余|几|把)?\s*(?P<each>个(?=\s*(?:百万|千万|万|亿|w)))?\s*(?P<scale>[百千]?万|万|亿|"
    rf"kw|w|k(?![a-z0-9]))?"
    rf"(?:多|来|把)?\s*(?P<currency>{_CURRENCY}|个(?![月周季年半星礼工小人点])|(?<=k)(?![a-z]))?(?P<end>)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s*(?:多|余|来)?\s*(?:吨|只|台|件|套|支|条|头|亩|人|次|平|米|公里|千米|km|瓦|千瓦|度|户|片|颗|斤|公斤|"
    r"立方|字|张|辆|像素|转|hz|赫|倍|"
    r"小时|枚|株|羽|瓶|盒|包|袋|份|册|美元|美金|欧元|日元|港币|用户|粉丝|级|步|单(?!位)|家|座|升|mah|v|伏|kg|t/|"
    r"立方|目|分钟|天|年|个月|岁|期|"
    r"行|列|节|根|块(?:电池|板|屏|砖)|门|道|类|种|项(?!目)|组|点位|个(?:零件|产品|用户|工人|样|循环|点|数据|螺|焊))"
)
_WATTS = re.compile(r"(?:功率|功耗|电机|激光|光源|灯|输出|充电|加热|电源)[^,。;]{0,4}$")
_WATTS_AFTER = re.compile(r"\s*(?:的)?(?:激光|电机|灯|功率|功耗|电源|led|充电|加热|光纤|切割|风机|/)")
_POSITIVE = re.compile(
    r"预算|(?<!注册)经费|拟投|(?:准备|打算|计划|愿意|愿|想|可以|能|能够|得|要|先|再|总共|最多|顶多|大概|"
    r"估计)[^,。;\d]{0,4}(?:投|花|出|拿|掏|给|付)"
    r"|给到|拿得?出|掏得?出|费用|价钱|价格|报价|钱[:：是就]?|控制在|总价|悬赏|酬金|服务费|"
    r"(?<!注册)(?<!占用)资金|投资额|(?:^|[总拟能会要划计])投入(?:金额|额度)?[:：]?(?:大概|约)?$|拟?出资|(?:花|"
    r"拿|投|(?<![卖产付支输])出)个?$|加到|"
    r"追加到|^给|^出|^投|^花"
)
_POSITIVE_AFTER = re.compile(
    r"\s*(?:左右|上下|以内|之内|内|以下|封顶)?\s*(?:的|来)?\s*(?:预算|经费|费用(?!的)|资金|够不够|能不能?做|"
    r"能做|行不行|可以吗|够吗|能搞|做得下来|做得了|拿得下来|搞得定)"
)
_NOT_BUDGET = re.compile(
    r"已(?:经)?(?:累计|陆续|先后|自筹|自行|前期)?(?:投|花|用|付|支)|前期(?:已|共|累计|投|花|自筹)|累计(?:投|花)|"
    r"(?:投|花|用|亏|赔|损失|搭)(?:进去|了|掉|出去)|投入了|先后投|"
    r"产值|营收|收入|销售|营业额|流水|年销|卖|售价|单价|市价|市场|注册|资本|资产|损失|亏|赔|罚|浪费|报废|成本|"
    r"年产|产能|产量|月产|日产|规模|"
    r"融资|贷款|补贴|奖励|补助|订单|合同额|利润|利税|纳税|税|工资|月薪|年薪|薪|估值|价值|省|节约|降低|减少|电费|"
    r"水费|药剂|药费|人工费|维修费|运费|房租|租金|"
    r"欠|押金|占地|(?<![拟划计备想要])投资$|(?<![拟划计备想要需])投入(?:研发)?资金|定金交了|买(?:的|了|回|来)|"
    r"购置|购入|采购|进口|设备款|原价|以前|去年|前年|上次|往年|每(?:年|月|天|吨|台|件|个|次|套|公斤|亩|斤|平)|"
    r"年均|年(?:节|增)|增收|创收|"
    r"[一1](?:台|套|件|吨|条|斤|亩|只|个月|天)[^,。;]{0,4}$"
)
_YEARLY = re.compile(r"(?:一年|年)[^,。;预投]{0,8}$")
_NOT_BUDGET_AFTER = re.compile(
    r"\s*(?:多|左右|以上)?\s*(?:/|每|一(?:台|吨|套|件|个月|天|斤|亩|年|次|平)|的(?:设备|产值|销售|订单|收入|"
    r"营收|损失|罚|机器|货|合同|项目款)|(?:的)?(?:产值|营收|年产值|销售额|注册)|"
    r"(?:都|就|也)?(?:打水漂|报废|没了|亏|白花|白扔|赔))"
)
_TOP = re.compile(
    r"(?:不超过|不能超过?|不要超过?|不高于|不多于|不大于|别超过?|莫超过?|不得超过?|超不过|最多|顶多|至多|最高|"
    r"上限|封顶|顶天|撑死|(?<!不)低于|(?<!不)小于|(?<!不)少于|不到|以内|控制在|压在|≤|<=|<)"
    r"[^\d,。;十百千万]{0,5}$"
)
_TOP_AFTER = re.compile(r"\s*(?:以内|之内|内|以下|之下|封顶|到顶|顶天|为限|打住|是上限|最多|上限|撑死)")
_BOTTOM = re.compile(
    r"(?:不低于|不少于|不小于|至少|起码|最少|最低|下限|高于|超过|大于|多于|保底|少说|≥|>=|>)[^\d,。;十百千万]{0,5}$"
)
_BOTTOM_AFTER = re.compile(r"\s*(?:钱)?(?:以上|之上|起步|打底|往上|朝上|开外|保底|出头|起(?![来始草]))")
_BETWEEN = re.compile(r"^\s*(?:左右|上下)?\s*(?:-+|~+|到|至|和(?=.{0,14}之间)|跟(?=.{0,14}之间)|或者?|、)\s*$")
_BARE_RANGE = re.compile(r"\D{0,6}[\d.]+\s*(?:-|~|到|至)\s*[\d.]+\D{0,4}")
_RAISED = re.compile(r"(?:加到|追加到|增加到|涨到|提到|再加至)[^\d,。;]{0,3}$")
_TOTAL = re.compile(r"(?:一共|总共|总计|合计|加起来|拢共|共计)[^\d,。;]{0,4}$")
_NEGOTIABLE = re.compile(
    r"面议|(?:预算|费用|价格|价钱|经费|资金|钱|报价|金额|多少钱)(?:上|方面|这块|的事情?|这个|啥的|问题)?[^,。;\d]{0,5}"
    r"(?:好商量|好说|好谈|可谈|可议|可以谈|可以商量|商量|待定|没定|未定|没有?确定|再议|再谈|详谈|另议|另谈|"
    r"不是问题|都好办|看情况|不限|没上限|到时候再|没想好)|"
    r"看效果给钱|看效果付|按效果(?:付|给)|看(?:方案|报价|情况)(?:定|给|再)|(?:先|给)[^,。;]{0,3}报个?价|"
    r"按市场价|你们(?:说|开|出)个价|费用好谈|价格合适"
)
_NEGOTIABLE_ANSWER = re.compile(
    r"待定|没定|未定|没确定|再说|再议|再谈|另议|好商量|好说|好谈|商量|可谈|可议|看情况|看效果|看方案|看你们|"
    r"你们定|你们说|随便|随行就市|都行|都可以|没想好|还没想|不好说|具体谈|详谈|见面谈|当面谈|谈了再|实报实销|"
    r"不限|不差钱"
)
_NONE = re.compile(
    r"(?:没有?|没得|莫得|暂无|无|暂时没有?|还没有?|不存在)(?:什么|啥子?|任何|专门的?|这方面的?)?(?:预算|经费|"
    r"资金|钱)(?!问题)|不想花钱|(?:预算|经费)(?:是|为)?[:：]?\s*(?:暂无|没有|没得|莫得|无$|为?零|0$)"
)
_NONE_ANSWER = re.compile(r"(?:暂无|暂时没有|没有|没得|莫得|无|还没有|目前没有|没钱)(?:哦|哈|呢|的|喔|啊)?[。.!]?")


@dataclass(frozen=True)
class Amount:
    """One amount of money: bounds in 万元, whether it says a currency or a large unit, and its place."""

    low: float | None
    high: float | None
    marked: bool
    start: int
    end: int


def budgets(text: str, asked: bool) -> list[tuple[dict[str, Any], int, int]]:
    """At most one budget with its place in the normalised text; `asked`: the budget's question is open."""
    every = _amounts(text, asked)
    gone = change_pairs(text, [(amount.start, amount.end) for amount in every])
    found = [
        amount
        for place, amount in enumerate(every)
        if place not in gone and _is_budget(text, amount, asked or place - 1 in gone)
    ]
    if found:
        chosen = _chosen(text, found)
        value = {"kind": "amount", "min": _round(chosen.low), "max": _round(chosen.high)}
        return [(value, chosen.start, chosen.end)]
    return _words(text, asked)


def names_nothing(text: str) -> bool:
    """True when an amount of zero or below is stated as the budget."""
    return bool(
        re.search(r"(?:预算|经费|投入|出|给)[^,。;\d]{0,5}-?(?:0+(?:\.0+)?|零)\s*(?:万|元|块|w|$|[,。;])", text)
        or re.fullmatch(r"\s*-?(?:0+(?:\.0+)?|零)\s*(?:万元?|元|块钱?|w|个)?\s*[。.吧嘛]?\s*", text)
        or re.search(r"(?:预算|^)\s*(?:负|-)\s*\d+\s*(?:万|元|块|w)", text)
    )


def _words(text: str, asked: bool) -> list[tuple[dict[str, Any], int, int]]:
    for pattern, kind in ((_NONE, "none"), (_NEGOTIABLE, "negotiable")):
        found = pattern.search(text)
        if found:
            return [({"kind": kind, "min": None, "max": None}, *found.span())]
    if not asked:
        return []
    if _NONE_ANSWER.fullmatch(text.strip()):
        return [({"kind": "none", "min": None, "max": None}, 0, len(text))]
    found = _NEGOTIABLE_ANSWER.search(text)
    return [({"kind": "negotiable", "min": None, "max": None}, *found.span())] if found else []


def _amounts(text: str, asked: bool) -> list[Amount]:
    """Every amount, ranges joined, with the bounds that the words around it say."""
    joined: list[Amount] = []
    raw = list(_raw(text, asked))
    place = 0
    while place < len(raw):
        amount, scaled = raw[place]
        if place + 1 < len(raw):
            after, after_scaled = raw[place + 1]
            between = _BETWEEN.match(text[amount.end : after.start])
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
    for found in _AMOUNT.finditer(text):
        number = found["number"].lstrip("几")
        value = read(number) if number and not found["number"].startswith("几") else None
        if value is None and number:
            yield from _either(number, found.start("number"))
        if value is None or value[0] <= 0:
            continue
        scale = (found["scale"] or "").lower()
        factor = {"百万": 1e6, "千万": 1e7, "万": 1e4, "w": 1e4, "亿": 1e8, "k": 1e3, "kw": 1e7}.get(scale, 1.0)
        scaled = bool(scale) or number[-1] in "万亿" or "万" in number or "亿" in number
        if _COUNTED.match(text, found.end()) and not (found["currency"] or "").startswith(("元", "块钱", "圆")):
            continue
        if scale in ("w", "kw", "k") and (
            _WATTS.search(text[: found.start()]) or _WATTS_AFTER.match(text, found.end()) or scale == "kw"
        ):
            continue
        currency = found["currency"] or found["sign"]
        if currency == "个" and not scaled:
            if not (asked or re.search(r"(?:预算|经费|给|拿|出|投|花)[^,。;]{0,6}$", text[: found.start()])):
                continue
            factor, scaled = 1e4, True
        marked = scaled or bool(currency)
        if not marked and asked and not found["about"]:
            marked, factor, scaled = _plain(text, found, value)
        yield (
            Amount(value[0] * factor / 1e4, value[1] * factor / 1e4, marked, found.start(), found.end()),
            scaled,
        )


def _plain(text: str, found: re.Match[str], value: tuple[float, float]) -> tuple[bool, float, bool]:
    """A bare number answers the question for the budget: below 1000 it counts 万, above 元."""
    if re.match(r"\s*(?:%|年|月|日|号|天|周|\d|[a-z])", text[found.end() :]) or value[1] > 1e9:
        return False, 1.0, False
    alone = is_bare_answer(text, found.start(), found.end(), 14) or bool(_BARE_RANGE.fullmatch(text))
    return (alone, 1e4, True) if value[1] < 1000 else (alone, 1.0, True)


def _range(first: Amount, first_scaled: bool, second: Amount, second_scaled: bool) -> Amount | None:
    """30-50万: the first number borrows the unit of the second."""
    if not second.marked or first.low is None or second.high is None:
        return None
    low = first.low
    if second_scaled and not first_scaled and low * 1e4 <= second.high:
        low *= 1e4
    if low > second.high:
        return None
    return Amount(low, second.high, True, first.start, second.end)


def _either(number: str, start: int) -> Iterator[tuple[Amount, bool]]:
    """十万八万: two amounts in a row, the larger first, are the ends of a range."""
    parts = re.fullmatch(r"(.+?[万亿])(.+[万亿])", number)
    first, second = (read(parts[1]), read(parts[2])) if parts else (None, None)
    if first and second and 0 < second[0] < first[1]:
        yield Amount(second[0] / 1e4, first[1] / 1e4, True, start, start + len(number)), True


def _bounded(text: str, amount: Amount) -> Amount:
    before, _ = clause(text, amount.start, amount.end)
    after = text[amount.end :]
    top = _TOP.search(before)
    if amount.low != amount.high:
        return amount
    if (top and not re.search(r"(?<!不)(?<!别)超过[^不]*$", before[top.start() :])) or _TOP_AFTER.match(after):
        return replace(amount, low=None)
    if top:
        return replace(amount, low=None)
    if _BOTTOM.search(before) or _BOTTOM_AFTER.match(after):
        return replace(amount, high=None)
    return amount


def _is_budget(text: str, amount: Amount, asked: bool) -> bool:
    before, after = clause(text, amount.start, amount.end)
    if re.search(r"预算[^,。;]*$", before) and not re.search(r"(?:已|去年|原来)[^,。;]*$", before):
        return True
    if _NOT_BUDGET.search(before) or _NOT_BUDGET_AFTER.match(after):
        return False
    if _POSITIVE.search(before) or _POSITIVE_AFTER.match(after):
        return True
    if _YEARLY.search(before):
        return False
    return asked or is_bare_answer(text, amount.start, amount.end, 11)


def _chosen(text: str, amounts: list[Amount]) -> Amount:
    """One amount of several: a stated total, a raised one, lower and upper bound, else the first."""
    for amount in amounts:
        if _TOTAL.search(text[: amount.start]):
            return amount
    first = amounts[0]
    for after in amounts[1:]:
        if _RAISED.search(text[: after.start]) and first.low and after.high and first.low <= after.high:
            return Amount(first.low, after.high, True, first.start, after.end)
        bounds = {(first.low is None), (after.low is None)}, {(first.high is None), (after.high is None)}
        if bounds == ({True, False}, {True, False}) and first.low != after.low:
            low, high = first.low or after.low, first.high or after.high
            if low and high and low <= high:
                return Amount(low, high, True, first.start, after.end)
    return next((a for a in amounts if "预算" in clause(text, a.start, a.end)[0]), first)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
