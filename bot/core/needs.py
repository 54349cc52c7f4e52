"""Several needs in one text: where one ends and the next begins. Pure and careful: in doubt it is one need."""

import re
from itertools import pairwise

MOST = 4
"""Needs that are offered apart; a text with more is left whole."""
_SHORTEST = 3
"""Characters of a need, without the words of counting and asking."""
_MARKS = (
    r"一是|二是|三是|四是|首先|其次|再次|其一|其二|其三|第[一二三四](?:个|件|点|项)?(?:问题|事情?|需求)?(?:是|[，,、：:])|"
    r"(?:需求|问题|难题)[一二三四1-4１-４](?:是|[、，,：:])|(?<![\d.])[1-4１-４][、.．)）](?!\d)|[①②③④]|[(（][1-4一二三四][)）]"
)
_ANOTHER = (
    r"(?:另外|此外|再一个|再就是|再有|还有)(?:一?个|件|就是)?(?:问题|事情?|需求)?(?:是|就是)?|另一?(?:个|件)(?:问题|事情?|需求)?是|"
    r"顺便(?:也|还)?(?=想|要|希望|需要)"
)
_FIRST = r"(?:一个|一件|头一个)(?:问题|事情?|需求)?(?:是|[，,：:])"
_SPLIT = re.compile(rf"(?:^|[，,。；;！!？?\n\s]|(?<=[是：:]))\s*(?:{_MARKS}|{_ANOTHER}|{_FIRST})")
_COUNTED = re.compile(r"(?:有|提|说|反映)?(?:[两二三四几2-4]|好几)(?:个|件|点|项|样)(?:事情?|问题|需求|方面|难题|技术)")
_LISTED = re.compile(rf"{_MARKS}|{_FIRST}")
_REQUIREMENTS = re.compile(r"(?:要求|指标|参数|目标|条件|标准|达到|做到)(?:是|如下|有|为|包括)?[：:，,]?\s*$")
"""A list of what one need must reach."""
_TROUBLE = re.compile(
    r"想|要|希望|需要|求|找|怎么|咋|能不能|老是|总是|经常|容易|超标|不[稳均好够行匀准齐达良]|差|低|高|慢|裂|断|漏|堵|坏|烂|酸|胀|卡|抖|响|锈|变形|"
    r"发[热烫黑霉柴黄脆干]|起[泡皱毛球粉]|快|返工|报废|投诉|气泡|缺陷|故障|改造|升级|检测|申请|申报|建站|培训|诊断|解决|优化|提高|降低|开发|研发|治理|处理"
)
_TALK = re.compile(
    r"我们?|咱们?|公司|厂里?|这边|现在|目前|有|[两二三四几2-4](?:个|件|点|项|样)|事情?|问题|需求|方面|难题|想|请|"
    r"麻烦|帮忙?|专家|看看|一下|还|也|就|是|的|了|吧|嘛|哈|呢|都|老|总"
)
_CONDITION = re.compile(r"预算|经费|费用|万|电话|手机|联系|微信|公司|期限|之前|年底|月底|地址|在.{1,6}[区县市]|急")
"""What is told along with a need and is none of its own."""
_TOLD_BEHIND = re.compile(r"[。;；\n]\s*(?=预算|经费|费用|电话|手机|联系|期限|时间|地址)")


def split(text: str) -> list[str]:
    """The needs of a text in their order, two to MOST of them; [] when it is one need, or it cannot be told."""
    cuts = [found.start() for found in _SPLIT.finditer(text)]
    if not cuts or _REQUIREMENTS.search(text[: cuts[0]]):
        return []
    marks = [0, *(cut for cut in cuts if cut > 0), len(text)]
    parts = [_clean(text[start:end]) for start, end in pairwise(marks)]
    listed = bool(_LISTED.search(text) or _COUNTED.search(text))
    if len(parts) > 2 and (listed and cuts[0] > 0):
        parts = parts[1:]  # what stands before the list is no item of it
    found = [part for part in map(_uncounted, parts) if _is_need(part, listed)]
    return found if 2 <= len(found) <= MOST and len(found) >= len(parts) - 1 else []


def _clean(part: str) -> str:
    bare = re.sub(rf"^[，,。；;！!？?\n\s：:]*(?:{_MARKS}|{_ANOTHER}|{_FIRST})", "", part)
    bare = _TOLD_BEHIND.split(bare)[0]
    return bare.strip("，,。；;！!？?、：: \n").removeprefix("是")


def _uncounted(part: str) -> str:
    """Without "我们有两个问题：" in front."""
    found = _COUNTED.search(part)
    if not found:
        return part
    return (
        (part[: found.start()] + part[found.end() :]).strip("，,。；;：: \n") if len(part) - found.end() > 3 else part
    )


def _is_need(part: str, listed: bool) -> bool:
    """An item of a list needs substance only; elsewhere it must tell of trouble or a wish as well."""
    told = _CONDITION.sub("", part)
    if _CONDITION.search(part) and not _TROUBLE.search(told):
        return False
    substance = len(_TALK.sub("", re.sub(r"[\W_]+", "", told))) >= _SHORTEST
    return substance and (listed or bool(_TROUBLE.search(part)))
