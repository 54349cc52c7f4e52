"""The district where the enterprise is: by name, street, zone or landmark; another city when it says so."""

import re
from dataclasses import dataclass

from bot.nlu import gazetteer
from bot.nlu.clauses import change_pairs, is_bare_answer
from bot.nlu.gazetteer import ELSEWHERE, LOCAL, Place

_CUE_BEFORE = re.compile(
    r"(?:在|位于|来自|住|地址|搬到|搬去|搬来|迁到|迁至|落户|坐落|设在|厂子?是|我们是|我们|归|属于?|离|"
    r"靠近)(?:了|是|[:：])?(?:成都市?|四川省?)?[^,。;]{0,4}$"
)
_CUE_AFTER = re.compile(
    r"\s*(?:市|县|区|镇)?(?:那边|这边|这里|附近|旁边|周边|那里|那块|这块|里头|边上|对面|管|的(?:厂|公司|企业|"
    r"工厂)|e区|[a-h]区|不在成都|园区)"
)
_LEFT = re.compile(r"(?:从|由|原来在|以前在|之前在|不是|不在|离开|以前是)[^,。;]{0,2}$")
_TRAPS = re.compile(
    r"双流(?=体|程|通|水)|大面(?=积)|安德(?=鲁|森|玛)|新都(?=是|有|能|可|会|要)|大源(?=头)|新川(?=崎)|"
    r"平乐(?=器)|锦江(?=之星|宾馆)|简阳(?=羊肉)|温江(?=大蒜)|成华(?=美)"
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


def districts(text: str, asked: bool, names: list[tuple[int, int]] | None = None) -> list[tuple[str, int, int]]:
    """At most one district with its place in the normalised text; `names`: stretches that are enterprise names."""
    found = [item for item in _found(text) if _counts(text, item, asked)]
    inside = [item for item in found if any(start <= item.start < end for start, end in names or [])]
    found = [item for item in found if item not in inside]
    gone = change_pairs(text, [(item.start, item.end) for item in found])
    kept = [item for place, item in enumerate(found) if place not in gone and not _is_left(text, item)]
    chosen = _best(kept) or _best([item for item in inside if item.place.strength >= LOCAL])
    return [(chosen.place.district, chosen.start, chosen.end)] if chosen else []


def zone(text: str) -> tuple[str, int, int] | None:
    """The industrial zone that the text names."""
    return next(((item.place.zone, item.start, item.end) for item in _found(text) if item.place.zone), None)


def _found(text: str) -> list[Found]:
    known = gazetteer.places()
    return [
        Found(known[match[0]], match.start(), match.end())
        for match in gazetteer.pattern().finditer(text)
        if not _TRAPS.match(text, match.start())
    ]


def _counts(text: str, item: Found, asked: bool) -> bool:
    """Full and usual names count anywhere; streets, landmarks and other cities need a sign that a place is meant."""
    if item.place.strength > LOCAL:
        return True
    if _TRAVEL.match(text, item.end) or _TRAVEL.search(text[max(0, item.start - 3) : item.start]):
        return False
    if asked or _CUE_AFTER.match(text, item.end) or _CUE_BEFORE.search(text[: item.start]):
        return True
    if item.place.strength < LOCAL and re.search(r"不(?:在|是|属于?)成都", text):
        return True
    alone = is_bare_answer(text, item.start, item.end, 8) and not re.search(r"到|去|往|回", text[: item.start])
    return alone if item.place.strength == LOCAL else len(text.strip()) <= item.end - item.start + 2


def _is_left(text: str, item: Found) -> bool:
    return bool(_LEFT.search(text[: item.start]))


def _best(found: list[Found]) -> Found | None:
    """The surest name, of equals the first; another city only when nothing in Chengdu is named."""
    inside = [item for item in found if item.place.strength > ELSEWHERE] or found
    return max(inside, key=lambda item: (item.place.strength, -item.start), default=None)
