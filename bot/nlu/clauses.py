"""Where a value stands: its clause, whether it is all that is said, and which of two values replaces the other."""

import re

WINDOW = 80
"""Characters that are looked at on each side of a value."""
_BOUNDARY = re.compile(r"[,，。;；!！?？\n、]|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_FILLER = re.compile(
    r"[\s,.。;!?~:\"'()]|我们|咱们?|我|你们|老板|领导|公司|这边|这个|那个|这回|目前|现在|暂时|差不多|大概|大约|"
    r"估计|可能|应该|也就|就|得|要|能|花|给|出|投|拿|"
    r"撑死|浮动|一共|总共|总计|合计|左右|上下|以内|之内|之间|都?没得?问题|都?能接受|可以|好不好|行不行|够不够|"
    r"最好|最多|最少|顶多|起码|至少|"
    r"不超过|别超过|不低于|不少于|以下|以上|打底|封顶|上限|下限|的样子|样子|"
    r"吧|嘛|哈|哦|呢|啊|呀|哟|喔|噻|了|的|是|在|到|说|约|也|先|再|大致|一般|急|好|嗯|额|呃|那|整|起|以|内|前|之|"
    r"个|多|来|搞|弄|做|完|定|搞定|弄好|做完|弄完|都行|行|"
    r"改成|改为|改|换成|调到|调成|应为|不对|不是|错了|说错|更正|按|算"
)
_CHANGED = re.compile(
    r"^[^。;\n]{0,10}(?:改成|改为|改到|改|换成|换为|换到|变成|调到|调成|调整为|调整到|更正为|而是|应该?是|应为|"
    r"是(?!不)|搬到|搬去|迁到|迁至|挪到|推到|延到|延长到|提前到|(?:提高|增加|调高|降低|减少|调低|缩减|追加|上调|下调)[到至为成]|[提加降减涨][到至]|->|→|=>)[^。;\n]{0,6}$"
)
_STATED_WRONG = re.compile(
    r"(?:不是|并非|不对|不在|不要|别写|从|由|把|原来(?:是|填的|写的)?|之前(?:是|说的?|填的)?|刚才(?:说的?|"
    r"填的)?|写成了?|说成了?|填成了?)[^,。;]{0,6}$"
)


_TAKEN_BACK = re.compile(r"[^。;\n]{0,4}[,，]?\s*(?:而)?(?:不是|并非)\s*")


def clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after the stretch, up to the next boundary on each side."""
    before, cut = text[max(0, start - WINDOW) : start], 0
    for found in _BOUNDARY.finditer(before):
        cut = found.end()
    before = before[cut:]
    after = text[end : end + WINDOW]
    stop = _BOUNDARY.search(after)
    return before, after[: stop.start()] if stop else after


def is_bare_answer(text: str, start: int, end: int, spare: int) -> bool:
    """True when the clause holds little but the stretch: filler words and at most two characters, `spare` in all."""
    before, after = clause(text, start, end)
    around = before + " " + after
    return len(around) <= spare + 12 and len(_FILLER.sub("", around)) <= 1


def change_pairs(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Indices of values that a later value of the same kind replaces (从A改成B, 不是A是B, A错了是B)."""
    gone: set[int] = set()
    for place in range(len(spans) - 1):
        between = text[spans[place][1] : spans[place + 1][0]]
        before = text[max(0, spans[place][0] - WINDOW) : spans[place][0]]
        wrong = _STATED_WRONG.search(before)
        if _TAKEN_BACK.fullmatch(between):
            gone.add(place + 1)
        elif _CHANGED.match(between) and (wrong or re.search(r"改|换|搬|迁|挪|调|不对|错|延|推|->|→|而是", between)):
            gone.add(place)
    return gone
