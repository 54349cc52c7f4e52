"""What is left of a text when values, greetings and labels are taken out: the problem in the person's own words."""

import re

_SPLIT = re.compile(r"[,，。;；!！\n]+|(?<=[\u4e00-\u9fffa-z0-9)])[ \u3000]+(?=[\u4e00-\u9fff])|(?<=[?？])")
_LABEL = re.compile(
    r"^[\s:、.\-]*(?:(?:\d{1,2}[.、)])?\s*(?:我们?的?)?(?:技术)?(?:需求(?:名称|内容|描述)?|问题|难题|诉求|内容|"
    r"事项|要求|目标|情况|帮我登记|登记一?下|麻烦登记一?下|报个?需求)\s*(?:是|为)?\s*[:：]\s*)"
)
_GREETING = re.compile(
    r"^[\s,]*(?:哎|诶|喂|嗨|hi|hello|哈喽|你好|您好|老师|师傅|领导|各位|大家|早上好|上午好|下午好|晚上好|早|"
    r"请问一下|请问|麻烦(?:您|你)?(?:们)?|打扰了?|不好意思|谢谢|多谢|感谢|辛苦了?|哈|啊|呀|嘛|哦|呢|吧|了|那个|"
    r"嗯+|好的?|是的?|[\s,~.!])+"
)
_LEFTOVER = re.compile(
    r"我们?|咱们?|你们?|您|公司|单位|企业|工?厂子?|这边|那边|这里|附近|旁边|位于|地址|地点|预算|经费|费用|资金|"
    r"价格|钱|大概|左右|差不多|最多|最少|不超过|以内|之内|之前|以前|期限|时间|周期|工期|截止|完成|解决|搞定|"
    r"弄完|做完|弄好|做好|"
    r"交付|上线|要|得|想|希望|最好|必须|争取|计划|拟|投入|联系人?|电话|手机号?|号码|座机|微信|vx|打|找|加|同号|"
    r"邮箱|都行|可以|就行|名字|姓名|称呼|叫|姓|是|在|的|来自|和|跟|与|及|吧|嘛|哈|哦|呢|啊|呀|了|个|到|从|给|出|"
    r"花|拿|急|先期|前期|后期|后面|再|加|也就|样子|今年|出来|搞|就|差不多|"
    r"转|分机|全称|全名|名称|信用代码|统一社会|税号|研发部|工程部|技术部|生产部|办公室|采购部|区|县|市|镇|街道|"
    r"成都|四川|省|[\s:：,，.。()（）\-~、?？'\"/\\#*+|]|\d"
)
_HIDDEN = "\0"


def remainder(text: str, spans: list[tuple[int, int]], least: int = 3) -> tuple[str, int, int] | None:
    """The cleaned rest and the stretch it comes from; clauses with fewer than `least` telling characters go."""
    masked = _mask(text, spans)
    kept: list[tuple[str, int, int]] = []
    for start, end in _clauses(masked):
        part = _cleaned(masked[start:end], first=not kept)
        if len(_LEFTOVER.sub("", part)) >= least or (
            _HIDDEN not in masked[start:end] and len(_LEFTOVER.sub("", part)) >= min(2, least)
        ):
            kept.append((part, start, end))
    if not kept:
        return None
    joined = "，".join(part for part, _, _ in kept)
    return re.sub(r"([?？])，", r"\1", joined), kept[0][1], kept[-1][2]


def _mask(text: str, spans: list[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = _HIDDEN * (end - start)
    return "".join(characters)


def _clauses(text: str) -> list[tuple[int, int]]:
    places, start = [], 0
    for match in _SPLIT.finditer(text):
        places.append((start, match.start()))
        start = match.end()
    places.append((start, len(text)))
    return [(start, end) for start, end in places if end > start]


def _cleaned(part: str, first: bool) -> str:
    part = re.sub(
        rf"(?:预算|经费|电话|手机|联系人?|期限|时间|钱|公司|单位|企业|地址|费用)?(?:是|为|在|"
        rf"[:：])?\s*{_HIDDEN}+(?:的?(?:样子|左右|以内|之内|之前|完成|解决|预算))?",
        _HIDDEN,
        part,
    )
    part = part.replace(_HIDDEN, "").strip(" :：、-~.")
    if first:
        part = _GREETING.sub("", part)
    return _LABEL.sub("", part).strip()
