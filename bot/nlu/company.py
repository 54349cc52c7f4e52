"""The enterprise's name in a text: legal names anywhere, other names where the wording says that it is one."""

import re

from bot.nlu.clauses import change_pairs
from bot.nlu.gazetteer import region_prefix

_NAME = r"[\u3400-\u9fffa-z0-9()·&\-.]"
_BRANCH = r"(?:[\u4e00-\u9fff0-9]{0,6}?(?:分公司|分厂|分店|办事处))?"
_LEGAL = re.compile(
    rf"{_NAME}{{2,50}}? ?(?:股份有限公司|有限责任公司|有限公司|股份公司|\(有限合伙\)|有限合伙企业){_BRANCH}"
)
_WEAK_ENDING = (
    r"(?:专业合作社(?:联合社)?|合作社(?:联合社)?|合作联社|联合社|家庭农场|农场|林场|养殖场|种植园|研究院|研究所|"
    r"设计院|农科院|科学院|大学|学院|医院|诊所|事务所|工作室|"
    r"集团(?:公司)?|总公司|公司|(?:总|分)?厂|火锅店|专卖店|店|坊|馆|商行|经营部|门市部?|酒庄|酒楼|中心|协会|"
    r"学会|商会|超市|银行|车间|学校|幼儿园|中学|小学|水务局|供电局)"
)
_WEAK = re.compile(rf"{_NAME}{{2,30}}?{_WEAK_ENDING}(?!家|商|长|区|房|子|里|址|内|方|标|办|训|乡|镇|村|街|铺|面)")
_PREFIX = re.compile(
    r"^(?:你好|您好|哈喽|喂|嗨|老师|我们公司|我们单位|我们厂子?|我们这边|我们这儿|我们|咱们公司|咱们单位|咱们|"
    r"咱|我公司|我单位|我司|我方|我这边|我这里|我这|我|这边|这里|这儿|本公司|本单位|"
    r"公司名称|公司全称|公司名|公司|单位名称|单位|企业名称|企业全称|企业|厂名|工厂|营业执照上?面?|执照上?面?|"
    r"工商|注册|登记名?|名称|名字|全称|全名|抬头|开票|法人|甲方|嘛|呢|啊|哈|嗯|额|"
    r"的是|写的|上写|的|就是|就|是|叫做|叫作|叫|为|帮忙|帮|替|代表|来自于?|在|应该|改名(?:为|叫)?|更名(?:为)?|现名|改成|改为|更正为|更正|换成|"
    r"不对|错了|写错了|说错了|刚刚|刚才|一下|想|麻烦|请|给|用|从|登记|报|记|填|写|:|-|\d{1,2}[.、)])+"
)
_INNER = re.compile(
    r"(?:是|叫做?|全称|全名|名称|名字|来自|就职于|任职于|代表|公司名)(?:为|是)?(?=[\u3400-\u9fffa-z0-9(]{4})"
)
_LOCATED = re.compile(r"(?:这边|那边|附近|里面|里头|的|做)(?=(?:四川|成都|中国|[\u4e00-\u9fff]{2,3}(?:省|市|区|县)))")
_GENERIC = re.compile(
    r"^(?:我们?|咱们?|贵|你们?|他们?|她们?|它们?|找个|找一?家|找|个|这家|那家|这个|那个|一家|一个|几家|每家|某|"
    r"某家|小|大|本|该|老|"
    r"新|各|别的|其他|外地|本地|合作|母|子|上市|国有|民营|私人|物流|快递|客户|供应商|"
    r"汽配|豆瓣|食品|家具|机械|软件|科技|电子|化工|制造|加工|酒|茶|印刷|服装|制药|药|模具|塑料|钢|水泥|砖|"
    r"污水处理|检测|第三方|农业|种植|养殖|建筑|装修|设备|龙头|生产|代工|零部件|电池|玻璃|铸造|机加工|陶瓷|皮鞋|"
    r"鞋|纸|包装|饲料|兽药|医疗|广告|外包|服务|技术|研发|数据|学会服务|中小|小微|中小型|大型|小型|家族|小作)+(?:企业|"
    r"类|型|的|方面)?$"
)
_BAD_INSIDE = re.compile(
    r"想|需要|希望|怎么|咋|如何|能不能|可以|没有|不是|老是|总是|我们|你们|他们|什么|啥|哪|吗|预算|电话|手机|，|"
    r"。|了|们|给|找|被|把|要|请|做(?!局)|去|来(?!福|宝|利)|这(?!里)|那|很|就|比如|一家|一个|几家|附近|旁边|对接|"
    r"合作的|团队"
)
_NAMED = re.compile(
    r"(?:名字|名称|全称|全名|叫|字号|抬头|单位|公司|企业|厂名|执照|登记|我们是|我是|我这边是|我这里是|这里是|"
    r"这边是|咱们?是|来自|代表|帮|替)(?:做|是|为|的|上写的是|上|嘛|就|就叫|名|[:：,，\s])*$"
)
_OWN = re.compile(r"(?:我们是|我是|我这边是|咱们?是|来自|就职于|代表|我在|在(?=.*(?:上班|工作|任职)))[^,。;]{0,3}$")
_OWN_NAMED = re.compile(
    r"(?:我单位|我们单位|我司|我厂|我院|我所|我校|本单位|本院|我们公司|我公司)(?:是|为|叫)?[:：(]?$"
)
_OTHERS = re.compile(
    r"(?:客户|用户|供应商|供货商|对方|同行|竞争对手|对手|友商|合作方|合作伙伴|设备|机器|产线|软件|系统|厂家|采购|买|进口|代理|借鉴|参考|对标)"
    r"(?:主要)?(?:是|为|有|叫|:)?$|(?:跟|和|与|同|向|由|请|委托|联合|(?:并|曾|已|先后)在|到)$|"
    r"(?:用|买|采购|引进)的?(?:是)?$|(?:类似|像|比如|例如|包括|如)$"
)
_PARTNER = re.compile(r"跟|与|由|向|并[在与]|已经?|(?:(?<=我们)|(?<=公司)|(?<=我司)|(?<=单位))[和同]")
_LABELLED = re.compile(r"(?:名称|全称|单位|企业|公司|甲方)\s*[:：]\s*$")
_FOUNDER = re.compile(r"^(?:老[\u4e00-\u9fff]|[\u4e00-\u9fff]记|[\u4e00-\u9fff]氏|小[\u4e00-\u9fff])")
_PUBLIC = re.compile(
    r"(?:大学|学院|医院|研究院|研究所|设计院|农科院|科学院|集团|集团公司|银行|中心|协会|学会|商会|学校|中学|小学|局)$"
)
_TRAILING = re.compile(
    r"(?:的|吧|哈|哦|呢|嘛|啊|喔|噻|哟|上班|工作|任职|这边|那边|这个|这家|谢谢|人|员工|老板|负责人|[,，。.!！~\s])+$"
)
_NO_NAME = re.compile(
    r"你好|您好|哈喽|没有|没得|莫得|个体户?$|不知道|不晓得|不清楚|不方便|不想|不告诉|为什么|为啥|干嘛|干啥|问这|"
    r"没在|没带|身边|哪个|等我|看下|看一?[哈下]|个人|没公司|没单位|小作坊|作坊$|学生|散户|农户|自由职业|先不|不说|不填|不便|自己|没注册|未注册|无公司|筹备|没办|不需要|无可奉告|匿名|"
    r"跳过|算了|收费|人工|谢谢|好的|可以|什么|啥|咋|怎么|吗|？|\?|还没|暂无|保密|随便|继续|确认|提交|"
    r"等下|等一下|等会|等哈|进度|取消|退出|返回|上一步|哪里|在哪|是不是|有没有|能不能|多少|电话|手机|预算|"
    r"我们公司$|我的公司$|同意|要得|对头|嗯|不对|错了|http|www"
)


def companies(text: str, asked: bool) -> list[tuple[int, int, bool]]:
    """Stretches that are enterprise names, the best first; the flag says that only the open question makes it one."""
    found = [(start, end, False) for start, end in _legal(text)]
    if not found:
        found = [(start, end, False) for start, end in _weak(text, asked)]
    if not found and asked:
        bare = _bare(text)
        found = [(*bare, True)] if bare else []
    gone = change_pairs(text, [(start, end) for start, end, _ in found])
    return [item for place, item in enumerate(found) if place not in gone]


def is_no_company(text: str) -> bool:
    """True for an answer to the question for the name that cannot be one ("你好", digits, a single character)."""
    core = re.sub(r"[\W_]+", "", text)
    return (
        len(core) < 2
        or core.isdigit()
        or not re.search(r"[\u3400-\u9fffa-z]", core)
        or bool(re.fullmatch(r"(?:你好|您好|哈喽|hello|hi|在吗|在不在|啊+|哈+|嗯+|哦+)+", core))
    )


def is_generic(name: str) -> bool:
    """True for words that stand for any enterprise or for the service itself (贵公司, 科协, 学会服务站)."""
    core = re.sub(rf"{_WEAK_ENDING}$", "", name)
    return len(core) < 2 or bool(_GENERIC.match(core) or re.search(r"科协|服务站|环保局|学会|政府|工商局|税务", name))


def _legal(text: str) -> list[tuple[int, int]]:
    found = []
    for match in _LEGAL.finditer(text):
        start = _trim(text, match.start(), match.end())
        core = re.sub(r"[ ]?(?:股份|有限|责任|公司|集团)+$", "", text[start : match.end()])
        if len(core) >= 2 and not _GENERIC.match(core) and not _is_others(text, match.start(), start, match.end()):
            found.append((start, match.end()))
    return found


def _is_others(text: str, matched: int, start: int, end: int) -> bool:
    """A customer, a supplier or a partner: 跟…合作, 客户是…."""
    if _PARTNER.match(text, start) or re.search(r"只有|除了|听说|竞争对手|供应商", text[start : start + 8]):
        return True
    before = text[max(0, matched - 12) : start]
    if re.search(r"给$", before) and re.match(r"\s*(?:供|配套|代工|做|生产|加工|发货)", text[end:]):
        return True
    return bool(_OTHERS.search(before)) and not re.search(r"我(?:们)?(?:这边)?是[^,。;]{0,4}$|代表|我们?叫", before)


def _weak(text: str, asked: bool) -> list[tuple[int, int]]:
    found = []
    for match in _WEAK.finditer(text):
        start = _trim(text, match.start(), match.end())
        ending = re.search(rf"{_WEAK_ENDING}$", text[start : match.end()])
        core = text[start : match.end()][: ending.start()] if ending else ""
        if (
            len(core) < 2
            or _is_others(text, match.start(), start, match.end())
            or _GENERIC.match(core)
            or _BAD_INSIDE.search(core)
        ):
            continue
        if _is_named(text, start, match.end(), core, asked):
            found.append((start, match.end()))
    return found


def _is_named(text: str, start: int, end: int, core: str, asked: bool) -> bool:
    before = text[:start]
    if asked:
        return not re.search(r"找|想|要|对接|客户|供应商|给", before[-6:])
    if _PUBLIC.search(text[start:end]):
        if _LABELLED.search(before) or (region_prefix().match(core) and end - start >= len(text.strip()) - 2):
            return True
        return bool(_OWN.search(before) or _OWN_NAMED.search(before)) or (
            re.match(r"\s*(?:上班|工作|任职|的)", text[end:]) is not None and bool(_OWN.search(before + " "))
        )
    region = region_prefix().match(core)
    rest = core[region.end() :] if region else core
    if region and len(rest) >= 2 and not _GENERIC.match(rest) and "的" not in rest:
        return True
    return (bool(_FOUNDER.match(rest)) and len(rest) >= 3) or (
        bool(_NAMED.search(before)) and not _GENERIC.match(core) and "的" not in core
    )


def _trim(text: str, start: int, end: int) -> int:
    """Start of the name without the words that lead up to it."""
    while True:
        lead = _PREFIX.match(text[start:end])
        if lead and len(text[start:end]) - lead.end() >= 4:
            start += lead.end()
            continue
        inner = _last(_INNER, text[start:end]) or _last(_LOCATED, text[start:end])
        if inner and end - start - inner >= 4:
            start += inner
            continue
        break
    while (text[start] in ")-.·&" or (text[start] == "(" and ")" not in text[start:end])) and end - start > 4:
        start += 1
    return start


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=0)


def _bare(text: str) -> tuple[int, int] | None:
    """A whole answer without the words around it, when it can be a name."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    lead = _PREFIX.match(text[start:end])
    start += lead.end() if lead and lead.end() < end - start else 0
    tail = _TRAILING.search(text[start:end])
    end = start + tail.start() if tail and tail.start() >= 2 else end
    name = text[start:end]
    if re.match(r"个|[一几某这那](?:个|家)", name):
        return None
    if not 2 <= len(name) <= 30 or _NO_NAME.search(text) or is_no_company(name) or _GENERIC.match(name):
        return None
    if re.search(r"[,，。;；!！\n@#*/\\]|\d{5,}", name) or region_prefix().fullmatch(name):
        return None
    return None if re.fullmatch(r"(?:.*(?:公司|厂|单位|店))?在.*", name) or _BAD_INSIDE.search(name) else (start, end)
