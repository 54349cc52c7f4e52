"""Text as WeChat can carry it: split by bytes, free of what breaks XML, never a command."""

import re

import regex  # type: ignore[import-untyped]

LIMIT = 2000
"""UTF-8 bytes of one message; 2048 is what a passive reply was measured to take."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_COMMAND = re.compile(r"^([\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*)/")
_BREAKS = re.compile(r"[\n。！？；]")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` UTF-8 bytes that join to `text`; graphemes stay whole, sentences where possible."""
    if len(text.encode("utf-8", "surrogatepass")) <= limit:
        return [text] if text else []
    parts: list[str] = []
    part, size = "", 0
    for piece in _pieces(text, limit):
        length = len(piece.encode("utf-8", "surrogatepass"))
        if size + length > limit:
            part, rest = _broken(part)
            parts.append(part)
            part, size = rest, len(rest.encode("utf-8", "surrogatepass"))
        part, size = part + piece, size + length
    return [*parts, part]


def sanitise(text: str) -> str:
    """`text` without control characters (line breaks and tabs stay), lone surrogates and the end of a CDATA section."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("", text).replace("]]>", "]]＞")


def neutralise(text: str) -> str:
    """`text` that Rasa does not take for a command: a leading "/" becomes "／"."""
    return _COMMAND.sub(r"\1／", text)


def _pieces(text: str, limit: int) -> list[str]:
    """Graphemes; one that is longer than `limit` falls into its code points."""
    pieces: list[str] = []
    for grapheme in regex.findall(r"\X", text):
        whole = len(grapheme.encode("utf-8", "surrogatepass")) <= limit
        pieces += [grapheme] if whole else list(grapheme)
    return pieces


def _broken(part: str) -> tuple[str, str]:
    """`part` cut behind its last sentence, when that leaves more than half of it."""
    ends = [match.end() for match in _BREAKS.finditer(part)]
    cut = ends[-1] if ends and ends[-1] > len(part) // 2 else len(part)
    return part[:cut], part[cut:]
