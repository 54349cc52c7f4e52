"""The budget among the amounts of a text, or the words that say it is open or there is none."""

import re
from itertools import pairwise
from typing import Any

from bot.nlu.amounts import Amount, amounts
from bot.nlu.clauses import change_pairs, clause, is_bare_answer
from bot.nlu.cues import is_question

_SURE = re.compile(
    r"预算[^,。;\d]{0,4}每年|预算|拟(?:投|出|自筹|筹|安排)|(?:计划|打算|准备|预计|预期|愿意?|可以?|想|能|能够|得|要|先|再|总共|最多|顶多|大概|估计)"
    r"(?:每年|一年|总|共|再|先|只|自筹)?(?:投|花|出(?!现)|拿|掏|给|付|砸)(?!了)(?:入|出|资)?|每年(?:拿|投|出|给|掏|花)(?!了)|"
    r"悬赏|愿以|最多(?:值|给)|赏金|揭榜|一口价|出价|酬金|专项资金|(?:准备|安排|预留|留)了|(?:合作|项目|投入|出资)金额|(?<!已)(?<!累计)投入(?:资金|金额|经费)\s*\(|意向(?:投入|金额|资金|价格?|出资|投资)|手[头上里]|拿得?出|掏得?出|批(?:了|给|下来)|拨(?:了|给)"
)
_POSITIVE = re.compile(
    r"(?<!注册)经费|拟投|(?:准备|打算|计划|愿意|愿|想|可以|能|能够|得|要|先|再|总共|最多|顶多|大概|"
    r"估计)[^,。;\d]{0,4}(?:投|花|出|拿|掏|给|付|砸)"
    r"|给到|拿得?出|掏得?出|费用|(?:转让|许可|服务|开发|咨询|研发|技术)费|价钱|价格|报价|钱[:：是就]?|控制在|总价|"
    r"(?<!注册)(?<!占用)资金|投资额|(?:^|[总拟能会要划计])投入(?:金额|额度)?[:：]?(?:大概|约)?$|拟?出资|自筹|(?:花|"
    r"拿|投|(?<![卖产付支输])出)个?$|加到|追加到|研发投入(?:预计|大概|大约|约|为|是)*$|^给|^出|^投|^花|^砸|^只?有(?:个)?$"
)
_POSITIVE_AFTER = re.compile(
    r"\s*(?:左右|上下|以内|之内|内|以下|封顶)?\s*(?:的|来)?\s*(?:预算|价格|价钱|经费|费用(?!的)|资金|够不够|能不能?做|"
    r"能做|行不行|可以吗|够吗|才够|就?(?:不考虑|算了)|能搞|做得下来|做得了|拿得下来|搞得定|也?愿意|以?(?:可以|能)接受|出来[搞做弄]|"
    r"(?:用于|用来|拿来|来)(?:这|该|本|做|搞|解决|研发|开发|改造))"
)
_NOT_BUDGET = re.compile(
    r"已(?:经)?(?:累计|陆续|先后|自筹|自行|前期)?(?:投|花|用|付|支|到位)|前期(?:已|共|累计|投|花|自筹)|累计(?:投|花)|"
    r"(?:投|花|用|亏|赔|损失|搭)(?:进去|了|掉|出去)|投入了|先后投|到位|"
    r"产值|营收|收入|销售|营业额|流水|年销|卖|售价|单价|市价|市场|注册|资本|资产|原值|净值|折旧|年(?:均|度)?(?:总|研发|处理|处置|运行|维护|检修)*(?:费用?|投入)|(?:处置|处理|运行|维护|检修)费|(?:20[01]\d|202[0-5])年[^,。;]{0,8}投入|总投资|保证金|授信|控制价|损失|亏|赔|罚|浪费|报废|成本|"
    r"年产|产能|产量|月产|日产|规模|利润|"
    r"融资|贷款|补贴|奖励|补助|资助|订单|合同额|合同金额|利税|纳税|(?<!含)税|工资|月薪|年薪|薪|估值|价值|省|节约|降低|减少|电费|"
    r"水费|药剂|药费|人工费|维修费|运费|房租|租金|(?:获得|争取|得到|享受)[^,。;]{0,8}(?:资金|经费|支持)|"
    r"欠|押金|占地|(?<![拟划计备想要会])投资$|(?<![拟划计备想要需])投入(?:研发)?(?:资金|经费)|(?<!直接)(?<!间接)费用支出|定金交了|"
    r"买(?:的|了|回|来)|"
    r"购置|购入|采购|外购|进口|设备款|原价|以前|去年|前年|前几年|前两年|上次|往年|每(?:年|月|天|吨|台|件|个|次|套|公斤|亩|斤|平)|"
    r"年均|年(?:节|增)|增收|创收|客户(?:要|索)|别人|隔壁|同行|客户|要价|开价|对方|供应商|占比|人家|他们|(?:19|20)[012]\d年[^,。;]{0,4}[花投]|违约|索赔|货值|"
    r"[一1](?:台|套|件|吨|条|斤|亩|只|个月|天)[^,。;]{0,4}$"
)
_YEARLY = re.compile(r"(?:一年|年)[^,。;预投]{0,8}$")
_NOT_BUDGET_AFTER = re.compile(
    r"\s*(?:多|左右|以上)?\s*(?:/|每|一(?:台|吨|套|件|个月|天|斤|亩|年|次|平)|的(?:设备|产值|销售|订单|收入|"
    r"营收|损失|罚|机器|货|料|投资|合同|补贴|奖|贷款|项目款)|(?:的)?(?:产值|营收|年产值|销售额|注册)|(?:上|买|建|装|修|置办|引进|购)(?:回来)?的|"
    r"(?:都|就|也)?(?:打水漂|报废|没了|亏|白花|白扔|赔))"
)
_RAISED = re.compile(r"(?:加到|追加到|增加到|涨到|提到|再加至)[^\d,。;]{0,3}$")
_TOTAL = re.compile(r"(?:一共|总共|总计|合计|加起来|拢共|共计|总投入|总经费|总预算)[^\d,。;]{0,6}$")
_ADDED = re.compile(r"^[^\d。;]{0,10}(?:加上?|再加|另加|外加|另外|再给|再拿|再出|再投|还有|\+|＋)[^\d。;]{0,8}$")
_PART = re.compile(
    r"(?:直接|间接|设备|硬件|软件|服务|人工|人才|人员|材料|测试|试验|研发|安装|调试|培训|差旅|管理|开发|加工)(?:费用?|经费|投入|部分|"
    r"预算|上)?[:：是约就要先给个 ]{0,3}$"
)
_LIST = re.compile(r"^[\s\d.、,，;；:：和及()元]{0,8}[^\d。]{0,10}$")
_HEADING = re.compile(r"(?:预算|费用|经费)\s*[:：]")
_NEGOTIABLE = re.compile(
    r"面议|面谈|(?:预算|费用|价格|价钱|经费|资金|钱|报价|金额|多少钱)(?:上|方面|这块|的事情?|这个|啥的|问题)?[^,。;\d]{0,5}"
    r"(?:好商量|好说|好谈|可谈|可议|可以谈|可以商量|商量|协商|商定|待定|没定|未定|没有?确定|再议|再谈|再说|详谈|另议|另谈|"
    r"不是问题|都好办|看情况|不限|没有?上限|到时候再|没想好|没有?批|再定|灵活|好办|不差)|"
    r"(?:钱|费用|价格)(?:都)?不是(?:个)?问题|不差钱|一事一议|按(?:实际|合同|工作量)(?:结算|算|来)|"
    r"看效果给钱|看效果付|按效果(?:付|给)|(?:看|根据|视)(?:方案|报价|情况|效果|难度)[^,。;]{0,4}(?:定|给|再|报)|(?:先|给)[^,。;]{0,3}报个?价|"
    r"按市场价|你们(?:说|开|出)个价|费用好谈|价格合适"
)
_NEGOTIABLE_ANSWER = re.compile(
    r"待定|没定|未定|没确定|不确定|再说|再议|再谈|再看|再定|另议|好商量|好说|好谈|商量|协商|商定|可谈|可议|看情况|看效果|看方案|看(?:难度|工作量|需要)|议定|见面|碰面|当面|"
    r"看你们|看(?:看|一下|哈)(?:要|得)?(?:花)?(?:多少|报价|方案)|"
    r"(?:要|得|需要?)(?:花)?(?:多少|好多)钱?|(?:多少|好多)钱合适|评估|测算|核算|"
    r"你们定|你们说|随便|随行就市|都行|都可以|没想好|还没想|不好说|说不[准好]|没(?:个)?(?:底|数|概念)|具体谈|详谈|见面谈|当面谈|谈了再|"
    r"(?:没|未)(?:有)?(?:考虑|想|定|算|谈|商量)|行情|市场价|到时候?再?看|看着(?:给|办|定)|(?:按|根据|参照|依照)[^,。;\d]{1,8}|(?:你们|专家|对方|老师)[^,。;]{0,2}(?:报|定|说|开|出)|付费|视[^,。;]{1,6}而定|"
    r"实报实销|(?:没|未|还没|没有|等)(?:有)?(?:批|审批|报批|上会)|走流程|听(?:老板|领导)|(?:老板|领导)(?:定|说了算|还没)|"
    r"不限|不差钱|合理就|合适就|差不多就|价格合理"
)
_NONE = re.compile(
    r"(?:(?<!有)没有?|没得|莫得|暂无|无|暂时没有?|(?<!有)还没有?|没(?:有)?(?:做|列|报|申请)|不存在|未(?:安排|列|设)?)(?:什么|啥子?|任何|专门的?|专项|这方面的?|安排|这个|这笔)?"
    r"(?:预算|经费|资金|钱)(?!问题|咋|怎么|的事|可不|行不|能)|不想花钱|(?:预算|经费)(?:是|为|方面|呢|嘛)?[:：]?\s*"
    r"(?:(?:暂时|目前|现在|眼下|还|今年)*(?:暂无|没有|没得|莫得|没安排|未安排)(?!问题|限|上限|定|想|批|确定|谈|算|考虑)|"
    r"无$|无(?=[,。;])|为?零|0$)|(?<![\d.])[零0]预算|一[分毛](?:钱|文)?(?:都|也)?(?:没|不(?!花[^,。]{0,3}[行可能])|拿不)"
)
_NONE_ANSWER = re.compile(
    r"(?:^|(?<=[,。;]))\s*(?:嗯+|呃+|那|大概|应该|可能|好像|这个|目前|现在|眼下|暂时|还|今年|都|预算){0,3}(?:暂无|暂时没有|没有|没得|莫得|无|还没有|目前没有|没钱|(?:我们)?(?:出不起|拿不出|掏不起)钱|没有?(?:专门)?列支|免费的?|不花钱|不出钱|不想出钱|没安排|暂未安排|零|白嫖)"
    r"(?:哦|哈|呢|的|喔|啊|嘛|吧|噻|呀|了|安排){0,2}[。.!]?\s*(?=$|[,;。])"
)


def budgets(text: str, asked: bool) -> list[tuple[dict[str, Any], int, int]]:
    """At most one budget with its place in the normalised text; `asked`: the budget's question is open."""
    every = amounts(text, asked)
    gone = change_pairs(text, [(amount.start, amount.end) for amount in every])
    found = [
        amount
        for place, amount in enumerate(every)
        if place not in gone
        and not amount.foreign
        and _is_budget(text, amount, asked or bool(gone & {place - 1, place + 1}))
    ]
    found = [amount for amount in every if amount in found or _is_added(text, every, amount, found)]
    found = found or _parts(text, every, asked)
    if found:
        chosen = _chosen(text, found)
        value = {"kind": "amount", "min": _round(chosen.low), "max": _round(chosen.high)}
        return [(value, chosen.start, chosen.end)]
    return [] if any(amount.foreign for amount in every) else _words(text, asked)


def names_nothing(text: str) -> bool:
    """True when an amount of zero or below is stated as the budget."""
    return bool(
        re.search(r"(?:预算|经费|投入|出|给)[^,。;\d]{0,5}-?(?:0+(?:\.0+)?|零)\s*(?:万|元|块|w|$|[,。;])", text)
        or re.fullmatch(r"\s*-?(?:0+(?:\.0+)?|零)\s*(?:万元?|元|块钱?|w|个)?\s*[。.吧嘛]?\s*", text)
        or re.search(r"(?:预算|^)\s*(?:负|-)\s*\d+\s*(?:万|元|块|w)", text)
    )


def names_other_currency(text: str, asked: bool) -> bool:
    """True when the only amount meant as the budget is in another currency than RMB."""
    found = [amount for amount in amounts(text, asked) if _is_budget(text, amount, asked)]
    return bool(found) and all(amount.foreign for amount in found)


def _words(text: str, asked: bool) -> list[tuple[dict[str, Any], int, int]]:
    for pattern, kind in ((_NONE, "none"), (_NEGOTIABLE, "negotiable")):
        found = pattern.search(text)
        if found and (asked or not is_question(text) or re.search("预算|经费|面议|一[分毛]", found[0])):
            return [({"kind": kind, "min": None, "max": None}, *found.span())]
    if not asked:
        return []
    if found := _NONE_ANSWER.search(text):
        return [({"kind": "none", "min": None, "max": None}, *found.span())]
    found = _NEGOTIABLE_ANSWER.search(text)
    return [({"kind": "negotiable", "min": None, "max": None}, *found.span())] if found else []


def _is_budget(text: str, amount: Amount, asked: bool) -> bool:
    """The cue nearest before the amount decides: money that is planned, or money that is something else."""
    before, after = clause(text, amount.start, amount.end)
    sure = _last_end(_SURE, before)
    told = before[sure:]
    if sure and not _NOT_BUDGET.search(told) and not re.search(r"(?:已|去年|原来)[^,。;]*$", before[:sure]):
        return "预算" in before or not _NOT_BUDGET_AFTER.match(after)
    if asked and re.fullmatch(r"(?:每年|一年|年)[^,。;]{0,4}", before):
        return True
    if _NOT_BUDGET.search(before) or _NOT_BUDGET_AFTER.match(after):
        return bool(_POSITIVE_AFTER.match(after)) and "每年" in before
    if _POSITIVE.search(before) or _POSITIVE_AFTER.match(after):
        return True
    if _YEARLY.search(before):
        return False
    return asked or (is_bare_answer(text, amount.start, amount.end, 11) and not _goes_on(text, amount, before))


def _goes_on(text: str, amount: Amount, before: str) -> bool:
    """约400万元 after a clause on other money tells how much that is."""
    if not re.match(r"\s*(?:大?约|大概|达|共|合计|计|为|是)", before):
        return False
    start = amount.start - len(before)
    return bool(_NOT_BUDGET.search(text[max(0, start - 24) : start]))


def _is_added(text: str, every: list[Amount], amount: Amount, found: list[Amount]) -> bool:
    """后面再加30万 behind a budget belongs to it."""
    place = every.index(amount)
    before = every[place - 1] if place else None
    return before in found and before is not None and bool(_ADDED.match(text[before.end : amount.start]))


def _parts(text: str, every: list[Amount], asked: bool) -> list[Amount]:
    """设备30万加服务5万: parts that are added are a budget when nothing else is said."""
    sums = [
        after
        for first, after in pairwise(every)
        if _PART.search(text[max(0, first.start - 8) : first.start]) and _ADDED.match(text[first.end : after.start])
    ]
    plain = every and not _NOT_BUDGET.search(clause(text, every[0].start, every[0].end)[0])
    return every[:2] if len(every) == 2 and sums and plain and (asked or len(text) <= 30) else []


def _chosen(text: str, found: list[Amount]) -> Amount:
    """One amount of several: a stated total, a sum of parts, a raised one, lower and upper bound, else the first."""
    for amount in found:
        if _TOTAL.search(text[max(0, amount.start - 20) : amount.start]):
            return amount
    first = found[0]
    for after in found[1:]:
        raised = _RAISED.search(text[max(0, after.start - 20) : after.start])
        if raised and first.low and after.high and first.low <= after.high:
            return Amount(first.low, after.high, True, first.start, after.end)
        bounds = {(first.low is None), (after.low is None)}, {(first.high is None), (after.high is None)}
        if bounds == ({True, False}, {True, False}) and first.low != after.low:
            low, high = first.low or after.low, first.high or after.high
            if low and high and low <= high:
                return Amount(low, high, True, first.start, after.end)
    whole = _sum(text, found)
    return whole or next((a for a in found if "预算" in clause(text, a.start, a.end)[0]), first)


def _sum(text: str, found: list[Amount]) -> Amount | None:
    """The sum of amounts that are added in words, or listed as parts under one heading."""
    run = [found[0]]
    for after in found[1:]:
        between = text[run[-1].end : after.start]
        listed = _PART.search(between) and _LIST.match(between) and _is_part(text, run[0])
        if not (_ADDED.match(between) or listed):
            break
        run.append(after)
    if len(run) < 2 or any(item.low is None or item.high is None for item in run):
        return None
    low, high = sum(item.low or 0 for item in run), sum(item.high or 0 for item in run)
    return Amount(low, high, True, run[0].start, run[-1].end)


def _is_part(text: str, amount: Amount) -> bool:
    before = text[max(0, amount.start - 40) : amount.start]
    return bool(_PART.search(before[-10:]) and _HEADING.search(before))


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=0)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
