"""Notices as WeCom's markdown: what people wrote stays plain text, the address becomes a link."""

import re

import regex  # type: ignore[import-untyped]

LIMIT = 4096
"""UTF-8 bytes of one message (developer.work.weixin.qq.com, 群机器人配置说明)."""
_LINK = re.compile(r"(?P<label>[^\n：]{1,20})：(?P<url>https?://[\w.:/%?=&~-]+)")
_MARKS = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃", "_": "＿"})
_ELLIPSIS = "…"


def notice(text: str) -> str:
    """At most LIMIT bytes; when the text is cut, a link in its last line stays whole."""
    body, _, last = text.rstrip().rpartition("\n")
    found = _LINK.fullmatch(last)
    if found is None:
        return _cut(text.rstrip().translate(_MARKS), LIMIT)
    link = f"[{found['label'].translate(_MARKS)}]({found['url']})"
    room = LIMIT - len(link.encode()) - 1
    return f"{_cut(body.translate(_MARKS), room)}\n{link}".strip()


def _cut(text: str, room: int) -> str:
    """Between graphemes."""
    if len(text.encode()) <= room:
        return text
    kept, left = [], room - len(_ELLIPSIS.encode())
    for grapheme in regex.findall(r"\X", text):
        left -= len(grapheme.encode())
        if left < 0:
            break
        kept.append(grapheme)
    return "".join(kept) + _ELLIPSIS
