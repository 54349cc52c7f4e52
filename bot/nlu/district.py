"""The district where the enterprise is: by name, street, zone or landmark; another city when it says so."""

import re
from dataclasses import dataclass

from bot.nlu import gazetteer
from bot.nlu.clauses import change_pairs, is_bare_answer
from bot.nlu.gazetteer import ELSEWHERE, LOCAL, Place

_CUE_BEFORE = re.compile(
    r"(?:(?<!正)在|位于|来自|住|地址|坐标|地点|位置|搬到|搬去|搬来|迁到|迁至|落户|坐落|设在|厂子?是|我们是|我们|归|属于?|离|"
    r"靠近)(?:了|是|[:：])?(?:成都市?|四川省?)?[^,。;]{0,4}$"
)
_CUE_AFTER = re.compile(
    r"\s*(?:市|县|区|镇)?(?:那边|这边|这里|附近|旁边|周边|那里|那块|这块|里头|边上|对面|管|的(?:厂|公司|企业|"
    r"工厂)|e区|[a-h]区|不在成都|园区)"
)
_LEFT = re.compile(r"(?:从|由|原来在|以前在|之前在|不是|不在|离开|以前是)[^,。;]{0,2}$")
_TRAPS = re.compile(
    r"双流(?=体|程|通|水|道|量|化|式|床|嘴|路|阀)|大面(?=积)|安德(?=鲁|森|玛)|新都(?=是|有|能|可|会|要)|大源(?=头)|新川(?=崎)|"
    r"平乐(?=器)|锦江(?=之星|宾馆)|简阳(?=羊肉)|温江(?=大蒜)|成华(?=美)|"
    r"金牛(?=座|奖)|锦江(?=之|酒店)|青羊(?=肉)|龙泉(?=剑|青瓷)|高新(?=技术(?!产业|开发)|企业)|成都高新(?=技术企业)|大弯(?=道|管|曲)|"
    r"建设路(?=径)|彭州(?=莴笋|大蒜)|郫县(?=豆瓣)|蒲江(?=猕猴桃|丑柑)|大邑(?=麻羊)|新津(?=韭黄)|平安(?=夜|险|银行|好医生)"
)
_TRAVEL = re.compile(
    r"\s*(?:的)?(?:高铁|火车|机票|飞机|天气|旅游|房价|小吃|美食|火锅|车票|航班|大学|客户|供应商|户口|专家|团队|"
    r"教授|市场)|(?:明天|今天|后天)"
)


@dataclass(frozen=True)
class Found:
    """A place that stands in the text."""

    place: Place
    start: int
    end: int


_OTHERS = re.compile(
    r"(?:你们|人家|隔壁|别人|老乡|亲戚|科协|学会|政府|客户|用户|供应商|供货商|对方|专家|老师|朋友|同行|他们|对手|合作方|经销商|卖到|销往|出口到?|发往)[^,。;、]{0,6}$"
)
_OWN = re.compile(
    r"(?:我们?|咱们?|本公司|公司|厂子?|主要|实际|总部|生产基地|工厂|车间|现在|目前)(?:主要|的?厂子?|公司|就|都)?(?:在|位于|设在)[^,。;]{0,4}$"
)
_REGISTERED = re.compile(r"注册(?:地址?|在|于|是|[:：])*$")
_AROUND_ANSWER = re.compile(
    r"\s*(?:我们?|咱们?|公司|厂子?)?(?:就)?(?:在|是)?(?:成都市?)?([\u4e00-\u9fff]{2,4}?)"
    r"(?:那边|这边|那块|那儿|那里|附近|的|嘛|哈|吧|哦)*[。.!]?\s*"
)
_ABOUT_PLACE = re.compile(
    r"\s*(?:市|县|区)?(?:那边|这边)?(?:那个|这个|的)?(?:站点|服务站|科协|学会)|\s*(?:市|县|区)?(?:那边|这边)?(?:现在)?(?:也|都)?(?:有[^,。;]{0,6}(?:服务站|学会|工作站|科协|专家站)|咋个?走|怎么走|"
    r"到[^,。;]{1,6}(?:咋|怎么))"
)
_MERELY_ASKED = re.compile(r"(?:吗|不|没|没得|咋走|怎么走|在哪[里儿]?|哪里?|多远|呢)\s*[?？]?$")
_WRITER = re.compile(r"我|咱|厂|公司|企业|做|搞|农场|合作社|地址")


def districts(text: str, asked: bool, names: list[tuple[int, int]] | None = None) -> list[tuple[str, int, int]]:
    """At most one district with its place in the normalised text; `names`: stretches that are enterprise names."""
    found = [item for item in _found(text) if _counts(text, item, asked)]
    inside = [item for item in found if any(start <= item.start < end for start, end in names or [])]
    found = [item for item in found if item not in inside]
    gone = change_pairs(text, [(item.start, item.end) for item in found])
    kept = [item for place, item in enumerate(found) if place not in gone and not _is_left(text, item)]
    kept = [item for item in kept if not _is_of_others(text, item, asked)]
    kept = [item for item in kept if not _REGISTERED.search(text[max(0, item.start - 8) : item.start])] or kept
    kept = [item for item in kept if _OWN.search(text[max(0, item.start - 16) : item.start])] or kept
    chosen = _best(kept) or _best([item for item in inside if item.place.strength >= LOCAL])
    if chosen:
        return [(chosen.place.district, chosen.start, chosen.end)]
    return _short_answer(text) if asked else []


def _short_answer(text: str) -> list[tuple[str, int, int]]:
    """中和, 石羊: a town without its ending, where nothing else is said and only one district has it."""
    answer = _AROUND_ANSWER.fullmatch(text)
    district = gazetteer.towns().get(answer[1]) if answer else None
    return [(district, answer.start(1), answer.end(1))] if answer and district else []


def zone(text: str) -> tuple[str, int, int] | None:
    """The industrial zone that the text names."""
    return next(((item.place.zone, item.start, item.end) for item in _found(text) if item.place.zone), None)


def _found(text: str) -> list[Found]:
    found: list[Found] = []
    for place, start, end in gazetteer.named_in(text):
        if _TRAPS.match(text, start):
            continue
        if found and _is_zone_of(text, found[-1], start, place.name):
            found[-1] = Found(found[-1].place, found[-1].start, end)
            continue
        found.append(Found(place, start, end))
    return found


def _is_zone_of(text: str, city: Found, start: int, name: str) -> bool:
    """绵阳高新区, 德阳经开区: the zone of another city."""
    return (
        city.place.strength == ELSEWHERE
        and name in ("高新区", "经开区", "天府新区", "软件园", "空港", "汽车城", "建设路", "人民公园")
        and bool(re.fullmatch(r"市?的?", text[city.end : start]))
    )


def _counts(text: str, item: Found, asked: bool) -> bool:
    """Full and usual names count anywhere; streets, landmarks and other cities need a sign that a place is meant."""
    if item.place.strength > LOCAL:
        return True
    if _TRAVEL.match(text, item.end) or _TRAVEL.search(text[max(0, item.start - 3) : item.start]):
        return False
    if asked or _CUE_AFTER.match(text, item.end) or _CUE_BEFORE.search(text[: item.start]):
        return True
    after, before = text[item.end : item.end + 3], text[: item.start]
    if re.match(r"的(?:[,，。;、嘛哈]|$)", after) and re.fullmatch(r"\s*(?:我们?|咱们?|我们?是)?", before):
        return True
    starts = not before or bool(re.search(r"[,，。;；\s]$", before))
    if starts and re.match(
        r"(?:街道|镇|乡)?(?:这边|那边)?(?:的[^,。;]{0,6}(?:厂|公司|企业|店)|做|搞|办|开|养|种|生产)", text[item.end :]
    ):
        return True
    if item.place.strength < LOCAL and re.search(r"不(?:在|是|属于?)成都", text):
        return True
    alone = is_bare_answer(text, item.start, item.end, 8) and not re.search(r"到|去|往|回", text[: item.start])
    return alone if item.place.strength == LOCAL else len(text.strip()) <= item.end - item.start + 2


def _is_left(text: str, item: Found) -> bool:
    return bool(_LEFT.search(text[: item.start]))


def _is_of_others(text: str, item: Found, asked: bool) -> bool:
    """A customer's place, or one that is only asked about."""
    if _OTHERS.search(text[max(0, item.start - 12) : item.start]):
        return True
    if asked:
        return False
    merely = len(text) <= 16 and _MERELY_ASKED.search(text) and not _WRITER.search(text)
    return bool(merely or _ABOUT_PLACE.match(text, item.end))


def _best(found: list[Found]) -> Found | None:
    """The surest name, of equals the first; another city only when nothing in Chengdu is named."""
    inside = [item for item in found if item.place.strength > ELSEWHERE] or found
    return max(inside, key=lambda item: (item.place.strength, -item.start), default=None)
