"""Options that a text names: category, field, cooperation mode, urgency."""

import re

from rapidfuzz import fuzz

from bot.core.demand import CATEGORIES, COOP_MODES, FIELDS, URGENCIES

OPTIONS: dict[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "field": FIELDS,
    "coop_mode": COOP_MODES,
    "urgency": URGENCIES,
}
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "coop_mode": (
        (r"委托(?:开发|研发|研制|给你们做|你们做)", "委托开发"),
        (r"(?:合作|联合|共同|一起)(?:开发|研发|攻关|研制)", "合作开发"),
        (r"(?:技术|专利|成果)转让|买(?:断|下)?(?:技术|专利)|专利购买", "技术转让"),
        (r"(?:技术|专利)(?:许可|授权)", "技术许可"),
        (r"技术咨询", "技术咨询"),
        (r"技术服务", "技术服务"),
        (r"共建(?:平台|实验室|研发中心|中心|基地)|联合实验室", "共建平台"),
        (r"人才(?:引进|引育|培养)|引进人才", "人才引育"),
    ),
    "urgency": (
        (
            r"(?<!不)(?:十万火急|火烧眉毛|(?:很|非常|特别|太|十分|万分)(?:紧)?急|加急|急得?很|马上就?要|刻不容缓|停产)",
            "紧急",
        ),
        (r"(?:比较|有点|较|挺|蛮)(?:着?急|紧)", "较急"),
        (r"不(?:是很|太|怎么|着)?急|不赶时间|慢慢来", "一般"),
    ),
    "category": (
        (r"技术攻关|联合攻关|攻关项目", "技术攻关"),
        (r"技术诊断|上门诊断|现场诊断|诊断一下", "技术诊断与咨询"),
        (r"(?:引进|转化|引入)(?:一项|一个)?(?:成果|专利|新?技术)|成果(?:引进|转化)", "成果引进与转化"),
        (r"技术改造|设备改造|产线改造|技改|改造升级|升级改造", "技术改造升级"),
        (
            r"(?:第三方|委托)?检验检测|(?:做|出)(?:个|份)?检测(?:报告)?|(?:制定|起草|做)(?:企业|行业|团体|国家)?标准",
            "检验检测与标准",
        ),
        (r"(?:人才|员工|职工|工人|技术人员)(?:技能)?培(?:训|养)|(?:做|搞|办)(?:个|场|一场)?培训", "人才培养与培训"),
        (r"(?:战略|发展|产业)(?:规划|咨询)", "战略规划咨询"),
        (r"农业技术推广|农技(?:推广|指导)|(?:种植|养殖)技术指导", "农业技术推广指导"),
        (
            r"(?:申请|建|设立|申报)(?:一个)?(?:学会服务站|服务站|院士(?:专家)?工作站|专家工作站|工作站)|建站",
            "建站与平台申请",
        ),
    ),
    "field": (
        (r"电子|信息|软件|芯片|半导体|通信|人工智能|互联网|it(?![a-z])|光电", "电子信息"),
        (r"生物|医药|制药|新药|疫苗", "生物与新医药"),
        (r"航空|航天|飞机|无人机|卫星", "航空航天"),
        (r"新?材料|高分子|陶瓷|合金|涂料|复合材料", "新材料"),
        (r"高技术服务|检验检测服务|研发设计服务", "高技术服务"),
        (r"新能源|节能|锂电|电池|光伏|氢能|储能", "新能源与节能"),
        (r"资源|环境|环保|污水|废水|废气|固废", "资源与环境"),
        (r"制造|机械|自动化|机器人|数控|焊接|模具|装备", "先进制造与自动化"),
        (r"农业|食品|种植|养殖|农产品|豆瓣|白酒|茶", "现代农业与食品"),
        (r"建筑|城市|土木|施工|市政|轨道", "建筑与城市"),
        (r"医疗|卫生|临床|器械|护理", "医疗卫生"),
    ),
}
_CERTAIN = frozenset({"coop_mode", "urgency"})
"""Kinds that are taken from any text; category and field only by their full names or when asked."""


def options(text: str, question: str | None) -> list[tuple[str, str, int, int]]:
    """(kind, option, start, end) for each kind that the text names, at most one a kind."""
    found: list[tuple[str, str, int, int]] = []
    for kind, names in OPTIONS.items():
        named = _by_name(text, names, question == kind, kind)
        if named is None and (kind in _CERTAIN or question == kind):
            named = _by_words(text, kind)
        if named is None and question == kind:
            named = _by_likeness(text, names)
        if named:
            found.append((kind, *named))
    return found


def _by_name(text: str, names: tuple[str, ...], asked: bool, kind: str) -> tuple[str, int, int] | None:
    for name in sorted(names, key=len, reverse=True):
        place = text.find(name)
        if place >= 0 and (asked or (len(name) >= 4 and (kind in _CERTAIN or _introduced(text, place)))):
            return name, place, place + len(name)
    return None


def _introduced(text: str, place: int) -> bool:
    return bool(re.search(r"(?:类型|类别|领域|方向|改成|改为|属于|选)(?:是|为|[:：])?\s*$", text[:place]))


def _by_words(text: str, kind: str) -> tuple[str, int, int] | None:
    for pattern, name in _WORDS[kind]:
        match = re.search(pattern, text)
        if match:
            return name, match.start(), match.end()
    return None


def _by_likeness(text: str, names: tuple[str, ...]) -> tuple[str, int, int] | None:
    answer = text.strip(" 。.,，!！吧嘛哈的")
    best = max(names, key=lambda name: fuzz.ratio(answer, name))
    return (best, 0, len(text)) if answer and fuzz.ratio(answer, best) >= 60 else None
