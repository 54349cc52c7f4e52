"""The deadline in a text: its last day as ISO date, "ASAP" or "long_term"; other dates are left alone."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.nlu import festivals
from bot.nlu.clauses import change_pairs, clause, is_bare_answer
from bot.nlu.numbers import NUMBER, read

_N = rf"(?:{NUMBER}|几)"
_YEAR = (
    r"(?P<year>20\d\d|2[4-9](?=年)|3\d(?=年)|"
    r"二[零〇][二三][零〇一二三四五六七八九]|今年|本年度?|当年|明年|来年|次年|下一?年度?|后年|"
    r"大后年|去年|前年)年?(?:的|度)?"
)
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_PART = r"(?P<part>月?[上中下]旬|月?初|月?底|月?末|月中)"
_BEFORE = r"(?P<before>\s*(?:之前|以前|前(?!期|面|后|年|景|端|段|处|道|置)))?"
_FESTIVAL = "|".join(festivals.NAMES)
_WEEKDAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6} | {
    str(n): n - 1 for n in range(1, 8)
}
_RELATIVE_YEAR = {
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "当年": 0,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "下年": 1,
    "下一年": 1,
    "下年度": 1,
    "下一年度": 1,
    "后年": 2,
    "大后年": 3,
    "去年": -1,
    "前年": -2,
}

_NOT_DEADLINE = re.compile(
    r"成立|创(?:立|建|办)|始建|建于|注册于|自从?|从[^,。;]{0,4}$|去年|前年|上个?月|上周|上礼拜|以来|每|保修|"
    r"质保|保质|寿命|有效期|贮存|储存|存放|存储|保存|续航|"
    r"等了|都等|已经?|用了|用不到|跑了|做了|干了|试了|搞了|研究了|花了|运行了?|连续|使用|不到|过了|近|最近|过去|"
    r"生产日期|出生|出厂|老化|养护|发酵|熟化|周转|账期|"
    r"工龄|经验|从业|平均|年龄|才|刚|投产于|投运|坏|更换|换一次|一换|保证|历时|长达|耗时|做到|达到|保持|维持|"
    r"停产|停机|晚了|拖了|"
    r"拖到|欠了|距今|(?<!要)(?<!能)持续|第|(?<!大概)(?<!约)合作过"
)
_NOT_DEADLINE_AFTER = re.compile(
    r"\s*(?:多|左右|来)?\s*(?:就(?:坏|烂|裂|锈|断|死|黄|酸|臭|掉|变|要换|得换|没|不|发|生|漏|堵)|以后|之后|以来|"
    r"以上|才|了(?!事)|的(?:时间|历史|经验|寿命|保质|质保|数据|产量|销售|老)|一换|换一|一次|一批|开始|起(?!码)|"
    r"出现|"
    r"启动|成立|创|建|生产|的时候|那会|还(?:不|没)|都(?:没|不|在)|前(?:我们|成立|就|买|建|投)|没|不(?:见|到)|间|"
    r"保质|质保|寿命|后(?!年|期)|工龄|老|来|一直|至今|到现在|投产|投运|出厂|龄|检|保|级)"
)
_DEADLINE = re.compile(
    r"期限|时间|工期|周期|截止|截至|最[晚迟]|不晚于|赶在|争取|希望|最好|必须|务必|需要?|要(?:求)?|计划|打算|"
    r"预计|准备|想|在$|之内|给我|改到|弄到|改成|改为|挪到|推到|延到|延长到|大概|等到|就|到"
)
_DEADLINE_AFTER = re.compile(
    r"\s*(?:左右|以?内|之内|之?内|前|之前|以前|为限|为止|截止|的样子|就?(?:要|得)|(?:必须|能|可以|务必|要|想|得|"
    r"一定|就|给|再|先)*[^,。;]{0,6}?"
    r"(?:完|解决|交付|上线|搞定|做好|做出|弄好|弄完|搞好|搞完|见到|落地|投产|验收|结题|交货|用|出结果|出方案|"
    r"拿出|拿到|达标|见效|结束|到位|改造好|用上))"
)
_ASAP = re.compile(
    r"(?:尽快|尽早|尽速|越快越好|越早越好|马上|立[刻即马](?!式|体)|赶快|赶紧|加急|(?<![a-z])asap(?![a-z])|"
    r"火烧眉毛|十万火急|(?:很|非常|特别|比较|有点|相当|挺|太|好)急(?!性)|急得?很|急用|早点|快点|越快越)"
    r"(?!(?:给我|跟我|和我)?(?:联系|回复|回电|答复|打|派|安排|反馈|老化|降|烂|坏))"
)
_ASAP_ANSWER = re.compile(
    r"(?:比较|有点|挺|很|特别)?(?:着?急)(?:得很|哦|啊|哈|呢|的)?|现在就?要?|即刻|今天就要|快些|快一点|抓紧|"
    r"十分?紧急?|紧急"
)
_LONG = re.compile(
    r"(?:没有?|没得|莫得|不限|无)(?:具体|明确|固定|特别|啥子?|什么|特定)?的?(?:时间|期限|日期|时限|日子|"
    r"截止)(?:要求|限制|规定)?|(?:时间|期限|工期|周期)(?:上|方面)?(?:都|也)?(?:不限|不急|不着急|不赶|无所谓|"
    r"没要求|没有要求|随意|随便|都?可以|不做要求|长期|没得要求)|慢慢(?:来|搞|做|弄)|什么时候都(?:行|可以|成)|"
    r"(?<!不能)不着急"
)
_LONG_ANSWER = re.compile(
    r"长期|不急|不着急|不赶|不限|无所谓|随便|都行|都可以|看着办|看你们|看专家|没要求|没限制|没有要求|没得要求|"
    r"没有限制|慢慢|不忙"
)


@dataclass(frozen=True)
class Day:
    """A date found in a text, and whether the wording itself says that it is a limit."""

    day: date
    start: int
    end: int
    limit: bool
    dated: bool = True
    """False for a length of time counted from today."""


Found = tuple[date | None, bool]
_Reader = Callable[["re.Match[str]", date], "Found | None"]


def deadlines(text: str, today: date, asked: bool) -> list[tuple[str, int, int]]:
    """At most one deadline with its place in the normalised text; `asked`: the deadline's question is open."""
    every = _days(text, today)
    gone = change_pairs(text, [(day.start, day.end) for day in every])
    days = [
        day
        for place, day in enumerate(every)
        if place not in gone and _is_deadline(text, day, asked or place - 1 in gone)
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
    if soon and (asked or not re.search(r"不(?:是|算|用)?(?:很|太|那么)?$", text[: soon.start()])):
        return [("ASAP", *soon.span())]
    if long:
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
    return (ending or days)[-1]


def _is_deadline(text: str, day: Day, asked: bool) -> bool:
    before, after = clause(text, day.start, day.end)
    if _NOT_DEADLINE_AFTER.match(after) and not re.match(r"\s*以?后(?:再说)?$", after) and not day.limit:
        return False
    if is_bare_answer(text, day.start, day.end, 10):
        return True
    refused = _NOT_DEADLINE.search(before)
    if refused:
        return False
    if asked or day.limit or _DEADLINE_AFTER.match(after):
        return True
    return bool(_DEADLINE.search(before)) and (day.dated or len(before) <= 8)


def _days(text: str, today: date) -> list[Day]:
    """Every date and length of time, without overlaps, in the order of the text."""
    taken: list[Day] = []
    for pattern, reader, dated in _READERS:
        for found in pattern.finditer(text):
            if any(found.start() < day.end and day.start < found.end() for day in taken):
                continue
            try:
                read_day = reader(found, today)
            except (ValueError, OverflowError):
                continue
            if read_day is None or read_day[0] is None:
                continue
            taken.append(Day(read_day[0], found.start(), found.end(), read_day[1], dated))
    return sorted(taken, key=lambda day: day.start)


def _year(found: re.Match[str], today: date) -> int | None:
    word = found.groupdict().get("year")
    if not word:
        return None
    if word in _RELATIVE_YEAR:
        return today.year + _RELATIVE_YEAR[word]
    value = read(word)
    number = int(value[0]) if value else 0
    return number + 2000 if number < 100 else number


def _number(text: str) -> int:
    value = read(text)
    if value is None:
        raise ValueError(text)
    return int(value[1])


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month_end(year: int, month: int, part: str, before: bool) -> date:
    part = part.replace("月", "")
    if "初" in part or "上" in part:
        return date(year, month, 10)
    if "中" in part:
        return date(year, month, 15 if part == "中" else 20)
    if part or not before:
        return _last_of(year, month)
    return date(year, month, 1) - timedelta(days=1)


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _full(found: re.Match[str], today: date) -> Found:
    year = _year(found, today)
    month, day = _number(found["month"]), _number(found["day"])
    before = bool(found.groupdict().get("before"))
    if year is not None:
        return date(year, month, day), before
    result = date(today.year, month, day)
    return (result if result >= today else date(today.year + 1, month, day)), before


def _digits(found: re.Match[str], today: date) -> Found:
    return date(int(found[1]), int(found[2]), int(found[3])), False


def _month(found: re.Match[str], today: date) -> Found:
    year, month = _year(found, today), _number(found["month"])
    if year is None:
        year = today.year if month >= today.month else today.year + 1
    before = bool(found["before"])
    return _month_end(year, month, found["part"] or "", before), before


def _relative_month(found: re.Match[str], today: date) -> Found:
    steps = {"这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}[found["which"]]
    target = _add_months(today.replace(day=1), steps)
    if found.groupdict().get("day"):
        return target.replace(day=_number(found["day"])), bool(found["before"])
    before = bool(found["before"])
    return _month_end(target.year, target.month, found["part"] or "", before), before


def _part_of_year(found: re.Match[str], today: date) -> Found | None:
    year = _year(found, today)
    part, before = found["yearpart"], bool(found.groupdict().get("before"))
    ends = {
        "上半年": (6, 30),
        "年中": (6, 30),
        "下半年": (12, 31),
        "年底": (12, 31),
        "年末": (12, 31),
        "底": (12, 31),
        "末": (12, 31),
        "岁末": (12, 31),
        "年内": (12, 31),
        "内": (12, 31),
        "全年": (12, 31),
        "年初": (1, 31),
        "初": (1, 31),
        "开年": (1, 31),
        "开春": (3, 31),
        "春天": (4, 30),
        "夏天": (8, 31),
        "秋天": (10, 31),
        "冬天": (12, 31),
        "暑假": (8, 31),
        "中": (6, 30),
    }
    if part not in ends:
        return None
    implied = year is None
    year = today.year if year is None else year
    day = date(year, *ends[part])
    if implied and day < today:
        day = date(year + 1, *ends[part])
    if before and part in ("开年", "初", "年初"):
        return date(day.year, 1, 1) - timedelta(days=1), True
    return day, before or part.endswith("内")


def _quarter(found: re.Match[str], today: date) -> Found:
    word = found["quarter"]
    if word[0] in "本这下":
        index = (today.month - 1) // 3 + (1 if word[0] == "下" else 0)
        return _last_of(today.year + index // 4, (index % 4) * 3 + 3), bool(found["before"])
    number = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1, "末": 4}.get(word[0]) or int(word[0])
    year = _year(found, today)
    if year is None:
        year = today.year if _last_of(today.year, number * 3) >= today else today.year + 1
    return _last_of(year, number * 3), bool(found["before"])


def _festival(found: re.Match[str], today: date) -> Found | None:
    name, year = found["festival"], _year(found, today)
    day = festivals.day_in(name, year if year is not None else today.year)
    if day is None:
        return None
    if year is None and day < today:
        day = festivals.day_in(name, today.year + 1)
    if day and found["before"]:
        return day - timedelta(days=1), True
    if day and found["after"]:
        return day + timedelta(days=15), True
    return day, False


def _before_new_year(found: re.Match[str], today: date) -> Found | None:
    coming = (festivals.day_in("春节", year) for year in (today.year, today.year + 1))
    day = next((day for day in coming if day and day > today), None)
    return (day - timedelta(days=1), True) if day else None


def _week(found: re.Match[str], today: date) -> Found:
    weeks = {"这": 0, "本": 0, "下": 1, "下下": 2, "": 0}[found["which"] or ""]
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    weekday = _WEEKDAY[found["weekday"]] if found["weekday"] else 6
    day = monday + timedelta(days=weekday)
    return (day + timedelta(weeks=1) if not found["which"] and day < today else day), bool(found["before"])


def _near(found: re.Match[str], today: date) -> Found:
    return today + timedelta(days={"今天": 0, "明天": 1, "后天": 2, "大后天": 3}[found["near"]]), bool(found["before"])


def _bare_year(found: re.Match[str], today: date) -> Found | None:
    year = _year(found, today)
    if year is None:
        return None
    if found["before"]:
        return date(year - 1, 12, 31), True
    return date(year, 12, 31), False


def _length(found: re.Match[str], today: date) -> Found:
    """A length of time from today: the longer end of a range counts."""
    months, days = 0, 0
    unit, half = found["unit"], bool(found["half"] or found["mid"])
    count = _count(found)
    if unit in ("年", "载", "周年"):
        months = round((count + (0.5 if half else 0)) * 12)
    elif unit in ("月", "个月", "月份"):
        months, days = int(count), 15 if half or count % 1 else 0
    elif unit in ("季度", "个季度"):
        months = round((count + (0.5 if half else 0)) * 3)
    elif unit in ("周", "礼拜", "星期", "个礼拜", "个星期"):
        days = round((count + (0.5 if half else 0)) * 7)
    elif "工作日" in unit:
        return _working_days(today, int(count)), True
    else:
        days = round(count)
    limit = bool(found["within"])
    return _add_months(today, months) + timedelta(days=days), limit


def _count(found: re.Match[str]) -> float:
    number = found["to"] or found["number"]
    if number in ("几", "好几", "数"):
        raise ValueError(number)
    if number in ("个把", "把"):
        return 1.0
    value = read(number)
    if value is None:
        raise ValueError(number)
    return value[1]


def _working_days(day: date, count: int) -> date:
    """Weekends skipped; statutory holidays are the calendar service's business."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _half_year(found: re.Match[str], today: date) -> Found:
    months = {"半年": 6, "大半年": 9, "小半年": 5, "一年半载": 12, "半年到一年": 12, "半年一年": 12}[found[1]]
    return _add_months(today, months), bool(found["within"])


_WITHIN = r"(?P<within>\s*(?:以内|之内|内(?!部|容|在|外)))?"
_UNIT = (
    r"(?:个?月份?(?!\d)|个?季度|个?礼拜|个?星期|周年|周|个?工作日|天|日(?!产|均|常|"
    r"本|用|期)|年(?!产|底|末|初|前|后|中|轻|纪|代|度|会|薪|年)|载)"
)
_READERS: list[tuple[re.Pattern[str], _Reader, bool]] = [
    (re.compile(rf"(?:{_YEAR}\s*)?(?P<month>{_MONTH_NUMBER})\s*月\s*(?P<day>{NUMBER})\s*[日号]{_BEFORE}"), _full, True),
    (re.compile(
        rf"(?<![\d.])(?P<year>20\d\d)\s*[-/.]\s*(?P<month>1[0-2]|0?[1-9])\s*[-/.]\s*(?P<day>[12]\d|3[01]|"
        rf"0?[1-9])(?![\d.]){_BEFORE}"
    ), _full, True),
    (re.compile(r"(?<![\da-z-])(20[2-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d-])"), _digits, True),
    (re.compile(
        rf"(?P<which>下下|这|本|当|下)个?月\s*(?P<day>[12]?\d|3[01]|[一二三]?十[一二三四五六七八九]?|"
        rf"[一二三四五六七八九])\s*[日号]{_BEFORE}"
    ), _relative_month, True),
    (re.compile(
        rf"(?:{_YEAR}\s*)?(?<!\d)(?P<month>{_MONTH_NUMBER})\s*月份?\s*{_PART}?{_BEFORE}(?!\s*[\d-])"
    ), _month, True),
    (re.compile(
        rf"(?<![\d.])(?P<year>20\d\d)\s*[-/.]\s*(?P<month>1[0-2]|0?[1-9])(?![\d.]){_BEFORE}(?P<part>$^)?"
    ), _month, True),
    (re.compile(rf"(?P<which>下下|这|本|当|下)个?月份?\s*{_PART}?{_BEFORE}"), _relative_month, True),
    (re.compile(
        rf"(?P<which>这|本|当)?(?:个)?(?P<part>月[底末]){_BEFORE}"
    ), lambda found, today: (_last_of(today.year, today.month), bool(found["before"])), True),
    (re.compile(
        rf"(?:{_YEAR}\s*)?(?:第)?(?P<quarter>[一二三四1234首末本这下](?=个?季[度末底前内])|"
        rf"(?<=(?<![a-z])q)[1-4])(?:个?季度?)?{_BEFORE}"
    ), _quarter, True),
    (re.compile(
        rf"(?:{_YEAR}\s*)(?P<yearpart>年?底|年?末|上半年|下半年|年?中(?!旬|秋)|年?内|年?初|开年|开春|全年|春天|"
        rf"夏天|秋天|冬天|暑假){_BEFORE}"
    ), _part_of_year, True),
    (re.compile(
        rf"(?:{_YEAR}\s*(?:的)?)?(?P<festival>{_FESTIVAL})(?:节|假期|长假)?(?:{_BEFORE}|(?P<after>\s*(?:之后|"
        rf"以后|后)))(?!\s*[月个万块元年天])"
    ), _festival, True),
    (re.compile(r"(?<![\d今明来后去前全每几半一二两三四五六七八九十])(?:过?年前(?!产)|年关)"), _before_new_year, True),
    (re.compile(
        rf"(?<!\d)(?P<yearpart>(?<![数几多])年[底末]|岁末|上半年|下半年|"
        rf"(?<![数几多半一两二三四五六七八九十])年[中内](?!旬|秋)|年初|开年|开春){_BEFORE}"
    ), _part_of_year, True),
    (re.compile(
        rf"(?P<which>下下|这|本|下)?个?(?:周|礼拜|星期)(?P<weekday>[一二三四五六日天末1-7]){_BEFORE}"
    ), _week, True),
    (re.compile(rf"(?P<which>下下|这|本|下)个?(?:周|礼拜|星期)(?P<weekday>$^)?(?:之?内)?{_BEFORE}"), _week, True),
    (re.compile(rf"(?<!\d)(?P<near>大后天|后天|明天|今天)(?:就|要)?{_BEFORE}"), _near, True),
    (re.compile(rf"(?<![多好])(半年到一年|一年半载|半年一年|大半年|小半年|半年){_WITHIN}"), _half_year, False),
    (re.compile(
        rf"(?<![\d.第])(?!20\d\d年)(?P<number>{NUMBER}|个把|把)\s*(?:来|多)?\s*(?:(?:个?(?:月|年|天|"
        rf"周))?\s*(?:-|~|到|"
        rf"至)\s*(?P<to>{NUMBER}))?\s*(?:来)?(?P<mid>个?半)?(?P<unit>{_UNIT})(?:的?(?P<half>半(?![年个天]))|"
        rf")?{_WITHIN}"
    ), _length, False),
    (re.compile(rf"{_YEAR}{_BEFORE}(?!\s*(?:\d|[一二三四五六七八九十]))"), _bare_year, True),
]  # fmt: skip
