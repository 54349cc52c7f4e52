"""What a message says of the matter itself, without greetings and without asking for an expert.

"想找专家看看" stands in every second demand and says nothing of the trade; to a sentence vector it sounds like project
funds and training.
"""

import re

_LEAD = "(?:我们?|就|现在|所以|也|都|很|非常|急|迫切|真的|特别){0,3}"
_WISH = "(?:想要?|希望|请|要|盼|麻烦|烦请|恳请|看)?"
_YOU = "(?:你们|您们|您|你|这边|那边|协会|学会){0,2}"
_CAN = "(?:能不能|能否|可不可以|可否|可以|能|帮忙|帮我们?|给我们?){0,3}"
_FIND = "(?:(?:找|请|寻求|求|联系|对接|介绍|推荐|派|安排|咨询|问|喊){1,2}|需要|有没得|有没有|有无|是否有)"
_WHOM = (
    "(?:一?[个位些名]|几[个位]|一下|下|哈)?(?:真正|懂行|懂技术|懂|相关|有关|有经验|这方面|对口|专业|厉害|得行|内行|外头|省里|大学|高校)?的?"
    "(?:技术)?(?:专家|老师傅?|师傅|高手|高人|教授|能人|行家|内行|懂行的)(?:团队)?"
)
_TO_DO = (
    "(?:们|来|过来|到|上门|下来|现场|厂里?头?|车间|基地|地里|地头|店里|我们?|这边|帮忙|帮|给|一起|出面|亲自){0,5}"
    "(?:看看|看一看|看一哈|看哈|看一下|看下|看|瞧瞧|瞅瞅|指导|指点|把把关|把脉|诊断|会诊|解决|处理|支个?招|想想办法|想个?办法|"
    "出出?主意|出个主意|分析|咨询|帮忙|整治|弄)?(?:一下|一哈|下|哈|哈子)?(?:问题|原因|这个问题)?[吗嘛不呢吧哦哈啊噻么]?"
)
_ASKING = re.compile(f"{_LEAD}{_WISH}{_YOU}{_CAN}{_FIND}{_WHOM}{_TO_DO}$")
"""At the end of a clause."""
_GREETING = re.compile(
    "^(?:(?:您|你|你们|老师|大家|各位|领导)好[啊呀]?|在吗|在不在|请问(?:一?下|一哈)?|打扰了?|麻烦(?:了|一下)?|"
    "(?:帮|救)(?:帮忙|命)?|求助|谢谢(?:了|您|你们|老师)?|多谢|感谢|急+|拜托了?)$"
)
_EDGES = "，,。.；;！!？?、~～… \t\r\n"
_CLAUSE = re.compile(f"([{re.escape(_EDGES)}]+)")
LEAST = 4
"""Letters and figures that must be left; else the message is taken as it is."""


def matter(text: str) -> str:
    """The text without such clauses; the text itself where too little would be left."""
    parts = _CLAUSE.split(text)
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=True)
    told = [("" if _GREETING.match(clause) else _ASKING.sub("", clause), edge) for clause, edge in pairs]
    found = "".join(clause + edge for clause, edge in told if clause).strip(_EDGES)
    return found if sum(sign.isalnum() for sign in found) >= LEAST else text
