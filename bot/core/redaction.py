"""Personal data in free text, masked: telephone numbers, identity numbers, e-mail addresses and known names."""

import re
from collections.abc import Callable, Iterable

from bot.core.masking import mask_name, mask_phone

_GAP = r"[ \u00a0\u3000\-–—_.·]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?([1１][3-9３-９]\d){_GAP}(\d{{4}}){_GAP}(\d{{4}})(?!\d)")
_ODD_MOBILE = re.compile(rf"(?<!\d)[1１](?:{_GAP}\d){{10}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})([ \-–—)）]{0,2})([2-9]\d{6,7})(?!\d)")
_BARE_LANDLINE = re.compile(r"(?:(?<=电话)|(?<=座机)|(?<=号码))([是为:： ]{0,3})([2-9]\d{6,7})(?!\d)")
_SPOKEN = re.compile(r"[一幺][零〇一二三四五六七八九幺]{10}(?![零〇一二三四五六七八九幺])")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{5})((?:18|19|20)\d{2}(?:0\d|1[0-2])[0-3]\d)(\d{3}[\dXx])(?![0-9A-Za-z])"
)
_EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*(@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_WECHAT = re.compile(r"((?:微信号?|wechat|vx|v信|QQ号?)[号是为:： ]{0,3})([A-Za-z0-9_-]{5,20})", re.IGNORECASE)

_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_IDENTITY, lambda found: f"{found[1][:3]}{'*' * 13}{found[3][-2:]}"),
    (_EMAIL, lambda found: f"{found[1]}***{found[2]}"),
    (_MOBILE, lambda found: f"{found[1]}****{found[3]}"),
    (_ODD_MOBILE, lambda found: mask_phone(re.sub(r"\D", "", found[0])) or ""),
    (_LANDLINE, lambda found: f"{found[1]}{found[2]}{mask_phone(found[3])}"),
    (_BARE_LANDLINE, lambda found: f"{found[1]}{mask_phone(found[2])}"),
    (_SPOKEN, lambda found: f"{found[0][:3]}****{found[0][-4:]}"),
    (_WECHAT, lambda found: f"{found[1]}{found[2][:2]}***"),
)


def redact(text: str, names: Iterable[str] = (), phones: Iterable[str] = ()) -> str:
    """`text` with contact data masked, and every mention of the given people and numbers."""
    for phone in sorted({one for one in phones if len(one) >= 5}, key=len, reverse=True):
        text = text.replace(phone, mask_phone(phone) or "")
    for pattern, mask in _RULES:
        text = pattern.sub(mask, text)
    for name in sorted({one.strip() for one in names if len(one.strip()) >= 2}, key=len, reverse=True):
        text = text.replace(name, mask_name(name) or "")
    return text
