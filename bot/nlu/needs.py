"""The different needs of a text and where they stand (一是…；二是…；另外还想…); more than one only when it is sure."""

import re
from dataclasses import dataclass

from bot.nlu.normal import bare, normalise

_ORDINAL = re.compile(
    r"(?:^|(?<=[,，。;；:：!！\n\s]))\s*(?:"
    r"(?P<arabic>[1-9])\s*[.、)](?!\d)|[(（](?P<round>[1-9一二三四五六七八九])[)）]|"
    r"(?:第)(?P<ordinal>[一二三四五六七八九1-9])(?:个|件|项|条|点)?(?:事|需求|问题)?(?:就?是|呢)?[,，:：]?|"
    r"(?P<chinese>[一二三四五六七八九])(?:是|、|来|者)|(?P<topic>需求|问题|难题)(?P<number>[一二三四五六七八九1-9])\s*[:：是]?)"
)
_ALSO = re.compile(
    r"(?:^|(?<=[,，。;；!！\n\s]))\s*(?:另外|此外|除此之外|还有(?:一个|个|一件|件|就是)?(?:需求|问题|事|项目)?|再有(?:一个)?|"
    r"顺便(?:再|还)?|同时(?:还|也)想|(?:我们)?(?:还|也)(?:想|要|需要)再?)\s*[,，:：]?"
)
_CLAUSE_END = re.compile(r"[。;；\n!！]")
_WISH = re.compile(
    r"想|需要?|希望|求|找|怎么|咋|如何|解决|开发|研发|研制|改造|升级|检测|优化|提高|提升|降低|做(?:个|一个|一套)|搞(?:个|一个|一套)|建|上(?:一套|个)|"
    r"老是|总是|问题|不[稳达合]|超标|开裂|漏|堵|断|坏|烂|卡|慢|失效|脱落|生锈|变形|污染"
)
_ATTRIBUTE = re.compile(
    r"预算|经费|费用|资金|期限|时间|工期|周期|电话|手机|联系|微信|地址|公司|企业|单位|指标|要求|精度|误差|温度|压力|强度|成本|价格|"
    r"目标|材料|尺寸|型号|产量|年产|现有|基础|背景|合作方式"
)
_ORDER = "一二三四五六七八九"
_LEAST = 5
"""Characters that a need must have."""


@dataclass(frozen=True)
class Need:
    """One need: its words and where they stand in the text as typed."""

    text: str
    start: int
    end: int


def needs(text: str) -> list[Need]:
    """The different needs of a text in their order; a single one when it is not sure that there are more."""
    normal = normalise(text)
    plain = normal.text
    parts = _numbered(plain) or _added(plain)
    kept = [(start, end) for start, end in (_trimmed(plain, *part) for part in parts) if start < end]
    if len(kept) < 2 or not all(_is_need(plain[start:end]) for start, end in kept):
        start, end = _trimmed(plain, 0, len(plain))
        kept = [(start, end)] if start < end else []
    return [Need(normal.written(start, end), *normal.place(start, end)) for start, end in kept]


def _numbered(text: str) -> list[tuple[int, int]]:
    """一是…二是…, 1.…2.…: marks of one kind that count from one."""
    marks = list(_ORDINAL.finditer(text))
    for kind in ("topic", "ordinal", "chinese", "round", "arabic"):
        run = [mark for mark in marks if mark[kind]]
        numbers = [_number(mark["number"] if kind == "topic" else mark[kind]) for mark in run]
        if len(run) >= 2 and numbers == list(range(1, len(run) + 1)):
            ends = [mark.start() for mark in run[1:]] + [_last_end(text, run[-1].end())]
            return [(mark.end(), end) for mark, end in zip(run, ends, strict=True)]
    return []


def _added(text: str) -> list[tuple[int, int]]:
    """…；另外还想…: what is added is a need of its own when both sides say one."""
    mark = next((mark for mark in _ALSO.finditer(text) if mark.start() > 0), None)
    if mark is None:
        return []
    return [(0, mark.start()), (mark.end(), _last_end(text, mark.end()))]


def _last_end(text: str, start: int) -> int:
    """The end of the last need: sentences on money, time and contact behind it are not part of it."""
    for stop in _CLAUSE_END.finditer(text, start):
        after = text[stop.end() :]
        if not after.strip() or _ATTRIBUTE.match(after.strip()[:6]):
            return stop.start()
    return len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",，。;；:：、"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",，。;；:：、"):
        end -= 1
    return start, end


def _is_need(text: str) -> bool:
    """A wish or a trouble with a thing; an attribute (预算…, 精度…) is part of another need."""
    return len(bare(text)) >= _LEAST and bool(_WISH.search(text)) and not _ATTRIBUTE.match(text)


def _number(text: str) -> int:
    return _ORDER.index(text) + 1 if text in _ORDER else int(text)
