"""第6项改成40: an item of the summary by its number, and what it becomes."""

import re
from dataclasses import dataclass

from bot.core.item_edits import EDITABLE

_ITEM = re.compile(
    r"^\s*(?:把|改|修改)?\s*第?\s*(?P<number>[1-9１-９一二三四五六七八九])\s*(?:项|条|个|号)?\s*"
    r"(?:改成|改为|改到|换成|换为|应该是|应为|[:：])\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
_NUMBERS = {
    sign: place
    for signs in ("123456789", "１２３４５６７８９", "一二三四五六七八九")
    for place, sign in enumerate(signs, 1)
}


@dataclass(frozen=True)
class ItemEdit:
    """The field that is edited and where its new text begins."""

    field: str
    start: int


def item_edit(text: str) -> ItemEdit | None:
    """None when the text names no item with its new text."""
    found = _ITEM.match(text)
    return ItemEdit(EDITABLE[_NUMBERS[found["number"]] - 1], found.start("rest")) if found else None
