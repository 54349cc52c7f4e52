"""Corrections that only make sense with the old value: 少写了个零, 电话最后一位是8. No I/O."""

import re
from typing import Any

_DIGITS = {char: str(number) for number, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1", "两": "2"}
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "俩": 2}
_MORE = re.compile(
    r"(?:少|漏|(?<![去删减])掉|差)(?:写|打|说|填|输|报)?(?:了|掉)?(?:后面|末尾)?(?P<count>[一两二三俩123])?\s*(?:个|位)?\s*(?:零|0|〇)"
)
_LESS = re.compile(
    r"多(?:写|打|说|填|输|报)?(?:了|出)?(?:后面|末尾)?(?P<count>[一两二三俩123])?\s*(?:个|位)?\s*(?:零|0|〇)|"
    r"(?:去掉|删掉|删|减掉?)(?P<cut>[一两二三俩123])?\s*(?:个|位)?\s*(?:零|0|〇)"
)
_PLACE = r"(?:最后|末尾|末|尾|后面?)"
_COUNT = r"[一两二三四五六七八九1-9]"
_DIGIT = r"[\d零〇幺一二两三四五六七八九]"
_TAIL = re.compile(
    rf"{_PLACE}\s*(?:的|那)?\s*(?P<count>{_COUNT})?\s*(?:位|个)?(?:数字?|号码?|尾号)?\s*(?:应该|应)?(?:是|为|改成|改为|换成|该是)\s*"
    rf"(?P<digits>{_DIGIT}{{1,8}})(?!{_DIGIT}|\s*(?:万|元|月|年|块|个))|尾号\s*(?:应该)?(?:是|为|改成|改为|换成)?\s*(?P<tail>{_DIGIT}{{1,8}})(?!{_DIGIT})"
)
_NTH = re.compile(
    rf"(?P<back>倒数)?第\s*(?P<place>{_COUNT}|十|十一|1[01])\s*(?:位|个)(?:数字?)?\s*(?:应该|应)?(?:是|为|改成|改为|换成)\s*(?P<digit>{_DIGIT})(?!{_DIGIT})"
)
_MAX_WAN = 100_000


def amended(key: str, old: Any, text: str) -> Any:
    """The new value of the field `key` when `text` says how `old` was mistyped; None when it says no such thing.

    `budget` in the contract's shape (万元), `phone` digits only.
    """
    if key == "budget":
        return _rescaled(old, text)
    if key == "phone":
        return _redialled(old, text)
    return None


def _rescaled(old: Any, text: str) -> dict[str, Any] | None:
    """少写了个零 is ten times, 多打了一个0 a tenth; nothing when the text names an amount itself."""
    if not isinstance(old, dict) or old.get("kind") != "amount":
        return None
    more, less = _MORE.search(text), _LESS.search(text)
    found = more or less
    if found is None or re.search(
        r"\d\s*(?:万|元|块|w)|[一二三四五六七八九十百千两]+(?:万|元|块)", text[found.end() :]
    ):
        return None
    groups = found.groupdict()
    written = groups.get("count") or groups.get("cut") or "一"
    zeros = _COUNTS.get(written) or int(written)
    factor = 10.0**zeros if more else 0.1**zeros
    low, high = (None if old.get(end) is None else round(old[end] * factor, 6) for end in ("min", "max"))
    fits = all(bound is None or 0 < bound <= _MAX_WAN for bound in (low, high))
    return {"kind": "amount", "min": low, "max": high} if fits else None


def _redialled(old: Any, text: str) -> str | None:
    """电话最后一位是8, 尾号是1234, 倒数第二位是3: digits of the old number are replaced."""
    if not isinstance(old, str) or not old.isdigit():
        return None
    tail, nth = _TAIL.search(text), _NTH.search(text)
    if nth:
        place = _number(nth["place"])
        index = len(old) - place if nth["back"] else place - 1
        if not 0 <= index < len(old):
            return None
        return old[:index] + _plain(nth["digit"]) + old[index + 1 :]
    if not tail:
        return None
    digits = _plain(tail["digits"] or tail["tail"])
    told = _number(tail["count"]) if tail["count"] else len(digits)
    return old[: -len(digits)] + digits if told == len(digits) < len(old) else None


def _plain(text: str) -> str:
    return "".join(_DIGITS.get(char, char) for char in text)


def _number(text: str) -> int:
    if text.startswith("十"):
        return 10 + (int(_plain(text[1:])) if text[1:] else 0)
    return int(_plain(text))
