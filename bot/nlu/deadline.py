"""The deadline in a text: its last day as ISO date, "ASAP" or "long_term"; other dates are left alone."""

import re
from datetime import date
from itertools import chain

from bot.nlu import calendar_days, lengths, relative_days
from bot.nlu.clauses import change_pairs, clause, is_bare_answer
from bot.nlu.cues import is_question
from bot.nlu.days import Day

_NOT_DEADLINE = re.compile(
    r"成立|创(?:立|建|办)|始建|建于|注册于|自从?|从[^,。;]{0,4}$|去年|前年|上个?月|上周|上礼拜|以来|每|保修|"
    r"质保|保质|寿命|有效期|贮存|储存|存放|存储|保存|续航|"
    r"等了|都等|已经?|用了|用不到|跑了|做了|干了|试了|搞了|研究了|花了|运行了?|连续|使用|不到|过了|近|最近|过去|"
    r"生产日期|出生|出厂|老化|养护|发酵|熟化|周转|账期|困扰|折腾了|拖了|卡了|利息|贷款|租[约期]|(?:供应商|厂家|对方)[^,。;]{0,4}(?:说|要)|"
    r"工龄|经验|从业|平均|年龄|才|刚|缩短|压缩|降[到至]|减[到少]|一[次回批炉遍锅窑]|"
    r"(?:种植|生长|生产|养殖|检修|交货|采购|清洗|更换|换料|繁殖|制作|加工|测试|循环|固化|干燥|检测|维护|保养|换线|换模|"
    r"育苗|晾晒|腌制)(?:周期|期|时间)|投产于|投运|坏|更换|换一次|一换|保证|历时|长达|耗时|做到|达到|保持|维持|"
    r"停产|停机|晚了|(?<!最晚)(?<!最迟)拖到|欠了|距今|(?<!要)(?<!能)持续|(?<!完成)第|(?<!大概)(?<!约)合作过|合同(?!签|生效|后)|签到|排[到产]|"
    r"(?<=[\u4e00-\u9fff])(?<![目发制程设施作务成间个总体期])周期|交期一般|(?:产品|供货|订单|目前|现在)[^,。;]{0,4}交[货付]?期"
)
_NOT_DEADLINE_AFTER = re.compile(
    r"\s*(?:多|左右|来)?\s*(?:就(?:坏|烂|裂|锈|断|死|黄|酸|臭|掉|变|要换|得换|没|不|发|生|漏|堵|停)|以后|之后|以来|"
    r"以上|才|了(?!事)|的(?:时间|历史|经验|寿命|保质|质保|数据|产量|销售|老|时候)|(?:更|要|得|就)?(?:换|修|洗|清)(?:一[次回遍]|掉)|一换|换一|一次|一批|"
    r"开始|起(?!码)|出现|"
    r"启动|成立|创|建|生产|那会|还(?:不|没)|都(?:没|不|在)|前(?:我们|成立|就|买|建|投)|没|不(?:见|到)|间|"
    r"保质|质保|过期|到期|失效|寿命|后(?!年|期)|工龄|老|来|一直|至今|到现在|投产|投运|出厂|龄|检|保|级|"
    r"(?:就|才|还)?再(?:说|填|聊|弄|谈|联系|打|来|看|报|回|讲|问|补)|(?:给|跟|和)(?:你|您)们?(?:回|说|打|联系|答)|"
    r"(?:我们?)?(?:刚|就|已)?(?:报|提|交|填|说|买|办|登记|提交|装|问)(?:过|了|的)|(?:有空|方便|见面|见吧|聊|联系我|打我|给我打)|"
    r"放假|上班|休息|开会|下雨)"
)
_RATE_AFTER = re.compile(
    r"\s*(?:就|都|大概|差不多)?(?:要|得|能|会)?(?:亏|赔|损失|报废|浪费|坏|停|死|烂)|"
    r"\s*(?:就|都|大概|差不多)?(?:要|得|能|会|可以?)?[^,。;\d]{0,4}[\d一两二三四五六七八九十百几]+多?(?:件|吨|个|次|回|趟|遍|单|箱|度|方|车|万|只|台|元|块|套|批|米|斤|公斤|kg)"
)
_DEADLINE = re.compile(
    r"期限|时间|时限|工期|周期|截止|截至|最[晚迟]|不晚于|赶在|争取|力争|希望|最好|必须|务必|给(?:你|您)们?|需要?|要(?:求)?|计划|打算|"
    r"预计|准备|想|在$|之内|给我|改到|弄到|改成|改为|挪到|推到|延到|延长到|大概|等到|就|到|交期|节点|deadline|ddl"
)
_LABEL = re.compile(
    r"(?:期限|时间|时限|工期|周期|合作期|研制期|截止(?:日期|时间)?|交期|节点|deadline|ddl)(?:要求)?(?:是|为|[:：\s])*$"
)
_DEADLINE_AFTER = re.compile(
    r"\s*(?:左右|以?内|之内|之?内|前|之前|以前|为限|为止|截止|的样子|就?(?:要|得)|(?:必须|能|可以|务必|要|想|得|"
    r"一定|就|给|再|先)*[^,。;]{0,6}?"
    r"(?:完|解决|交付|交样|上线|搞定|做好|做出|弄好|弄完|搞好|搞完|见到|落地|投产|投运|完工|竣工|验收|结题|交货|用|出结果|出方案|拿下|搞出|办妥|"
    r"拿出|拿到|达标|见效|结束|到位|改造好|用上|给(?:个|出)?(?:方案|结果)))"
)
_IS_FIGURE = re.compile(r"(?<!期限)(?<!工期)(?:缩短|压缩|降|减|提高)[^,。;]{0,3}$")
_PLANNED = re.compile(r"(?:计划|拟|预计|争取|希望|力争|打算)[^,。;]{0,4}$")
_BEFORE_EVENT = re.compile(r"\s*[^,。;]{0,4}(?:之前|以前|前)\s*(?:必须|务必|一定|要|得|完|解决|搞|弄|做|上线|交)")
_BEFORE_SOLVED = r"(?:给我们?|帮我们?|把?[^,。;]{0,6})?(?:解决|搞定|弄好|落实|做出来|搞出来|用上)"
_ASAP = re.compile(
    r"(?:尽快|尽早|尽速|越快越好|越早越好|马上|立[刻即马](?!式|体)|赶快|赶紧|加急|(?<![a-z])asap(?![a-z])|"
    r"火烧眉毛|十万火急|(?:很|非常|特别|比较|有点|相当|挺|太|好)急(?!性)|急得?很|急用|越快越|时间(?:很|太|非常|特别)?紧)"
    r"(?!(?:给我|跟我|和我)?(?:给[^,。;]{0,3}(?:回|答|消息)|联系|回复|回电|答复|打|派|安排|反馈|老化|降|烂|坏))|"
    rf"(?:早点|快点){_BEFORE_SOLVED}"
)
_ASAP_ANSWER = re.compile(
    r"(?:比较|有点|挺|很|特别)?(?:着?急)(?:得很|哦|啊|哈|呢|的)?|现在就?要?|即刻|今天就要|快些|快一点|抓紧|早点|快点|"
    r"十分?紧急?|紧急|(?:越|最)快|能快|能多快(?:就)?多快|(?<!不)等不(?:得|了|起)"
)
_LONG = re.compile(
    r"(?:没有?|没得|莫得|不限|无)(?:具体|明确|固定|特别|啥子?|什么|特定)?的?(?:时间|期限|日期|时限|日子|"
    r"截止)(?:要求|限制|规定)?|(?:时间|期限|工期|周期)(?:上|方面)?(?:都|也)?(?:不限|不急|不着急|不赶|无所谓|"
    r"没要求|没有要求|随意|随便|都?可以|不做要求|长期|没得要求|(?:比较|很)?宽松|充裕|不是(?:个)?问题|好说|好商量)|慢慢(?:来|搞|做|弄)|什么时候都(?:行|可以|成)|"
    r"(?<!不能)不着急|(?:^|(?<=[,。;、:\s]))长期(?:有效)?(?=$|[,。;、\s吧哈])|"
    r"(?<=[,。;、\s])(?:也|都|倒)?不急(?:的|哈|嘛)?(?=$|[,。;、])"
)
_LONG_ANSWER = re.compile(
    r"长期|不急|不着急|不赶|不限|无所谓|随便|都行|都可以|看着办|看你们|看专家|没要求|没限制|没有要求|没得要求|"
    r"没有限制|慢慢|不忙|宽松|充裕|啥时候|什么时候|不做(?:要求|限制)|"
    r"(?:没有?|没得|无)[^,。;]{0,4}(?:要求|限制)|随时"
)


def deadlines(text: str, today: date, asked: bool) -> list[tuple[str, int, int]]:
    """At most one deadline with its place in the normalised text; `asked`: the deadline's question is open."""
    every = _days(text, today)
    gone = change_pairs(text, [(day.start, day.end) for day in every])
    days = [
        day
        for place, day in enumerate(every)
        if place not in gone and _is_deadline(text, day, asked, bool(gone & {place - 1, place + 1}))
    ]
    future = [day for day in days if day.day >= today]
    if future:
        chosen = _chosen(text, future)
        return [(chosen.day.isoformat(), chosen.start, chosen.end)]
    return [] if days else _words(text, asked)


def in_the_past(text: str, today: date, asked: bool) -> bool:
    """True when the only date that could be the deadline is over."""
    days = [day for day in _days(text, today) if _is_deadline(text, day, asked)]
    return bool(days) and all(day.day < today for day in days)


def _words(text: str, asked: bool) -> list[tuple[str, int, int]]:
    soon, long = _ASAP.search(text), _LONG.search(text)
    if (
        soon
        and not asked
        and re.search(r"(?:能不能|可不可以|能否|可以)$", text[max(0, soon.start() - 4) : soon.start()])
    ):
        soon = None
    if soon and (
        asked or not re.search(r"不(?:是|算|用)?(?:很|太|那么)?$", text[max(0, soon.start() - 6) : soon.start()])
    ):
        return [("ASAP", *soon.span())]
    if long and (asked or not is_question(text)):
        return [("long_term", *long.span())]
    if not asked:
        return []
    for pattern, value in ((_LONG_ANSWER, "long_term"), (_ASAP_ANSWER, "ASAP")):
        found = pattern.search(text)
        if found:
            return [(value, *found.span())]
    return []


def _chosen(text: str, days: list[Day]) -> Day:
    """The one whose words say it is a limit, and of several the last."""
    ending = [day for day in days if _DEADLINE_AFTER.match(text, day.end) or day.limit]
    last = (ending or days)[-1]
    if last is not days[-1] and re.fullmatch(r"\s*(?:到|至|-|~)\s*", text[last.end : days[-1].start]):
        return days[-1]
    return last


def _is_deadline(text: str, day: Day, asked: bool, replaces: bool = False) -> bool:
    """`replaces`: the day stands in the place of one that is taken back (年底改成明年6月)."""
    before, after = clause(text, day.start, day.end)
    planned = _PLANNED.search(before) and re.match(r"\s*(?:建成)?投[产运]", after)
    if planned or _BEFORE_EVENT.match(after):
        return True
    if _NOT_DEADLINE_AFTER.match(after) and not re.match(r"\s*以?后(?:再说)?$", after) and not day.limit:
        return asked and bool(re.match(r"\s*[以之]?后", after)) and is_bare_answer(text, day.start, day.end, 10)
    if (replaces and not _IS_FIGURE.search(before)) or is_bare_answer(text, day.start, day.end, 10):
        return True
    if not (day.limit or day.dated) and text[day.start] in "一1" and _RATE_AFTER.match(after):
        return False
    if _NOT_DEADLINE.search(before):
        return False
    if asked or day.limit or _LABEL.search(before):
        return True
    if is_question(text) and len(text) <= 20:
        return False
    return bool(_DEADLINE_AFTER.match(after)) or (bool(_DEADLINE.search(before)) and (day.dated or len(before) <= 8))


def _days(text: str, today: date) -> list[Day]:
    """Every date and length of time, without overlaps, in the order of the text."""
    taken: list[Day] = []
    dated = chain(calendar_days.READERS, relative_days.READERS)
    readers = chain(
        ((*reader, True) for reader in dated),
        ((*reader, False) for reader in lengths.READERS),
        ((*reader, True) for reader in relative_days.LAST_READERS),
    )
    for pattern, reader, is_dated in readers:
        for found in pattern.finditer(text):
            if any(found.start() < day.end and day.start < found.end() for day in taken):
                continue
            try:
                read_day = reader(found, today)
            except (ValueError, OverflowError):
                continue
            if read_day is None or read_day[0] is None:
                continue
            taken.append(Day(read_day[0], found.start(), found.end(), read_day[1], is_dated))
    return sorted(taken, key=lambda day: day.start)
