"""The telephone number in a text, digits only: mobile, landline, 400, spoken digits."""

import re

from bot.nlu.clauses import change_pairs

_SPOKEN = str.maketrans(
    dict(zip("零〇○洞幺一二两三四五六七拐八九勾壹贰叁肆伍陆柒捌玖", "00001122345677899123456789", strict=True))
)
_SPOKEN_RUN = re.compile(r"(?:[零〇○洞幺一二两三四五六七拐八九勾壹贰叁肆伍陆柒捌玖\d][\s,，、\-]?){7,}")
_GAP = r"[\s\-.·,_*]{0,2}"
_START = r"(?<![\da-z])(?<!\d[-.])"
_COUNT = r"(?!\s*(?:元|万|亿|块|个|台|件|吨|%|年|条|次|只|瓶|片|套|股|户|人次))"
_MOBILE = re.compile(rf"{_START}(?:\(?(?:\+|00)?86\)?{_GAP})?(1[3-9](?:{_GAP}\d){{9}})(?![\d])(?!\.\d){_COUNT}")
_DIGIT_BY_DIGIT = re.compile(rf"{_START}(1\s[3-9](?:\s\d){{9}}|0(?:\s\d){{9,11}})(?!\s?\d)")
_SERVICE = re.compile(rf"{_START}([48]00(?:{_GAP}\d){{7}})(?!\d){_COUNT}")
_LANDLINE = re.compile(
    rf"{_START}(?:(?:\+|00)?86{_GAP})?(?:\(\s*(0\d{{2,3}})\s*\)|(0(?:10|2\d|"
    rf"[3-9]\d{{2}})))\s*[-\s.]{{0,2}}([2-9](?:[\s-]?\d){{6,7}})(?!\d)"
)
_LOCAL = re.compile(rf"{_START}([2-9]\d{{3}}[\s-]?\d{{4}})(?!\d)(?!-){_COUNT}")
_AREA_APART = re.compile(r"区号\D{0,3}(0\d{2,3})\D{1,10}([2-9]\d{3}[\s-]?\d{3,4})(?!\d)")
_NOT_CALLED = re.compile(
    r"(?:订单|合同号|单号|编号|型号|工单|流水号|序列号|批次|qq号?|身份证|账号|卡号|料号|图号)[^,。;\d]{0,4}$"
)
_CUE = re.compile(
    r"电话|手机|座机|固话|号码|联系方式|联系|热线|微信|vx|wx|tel|打我|打给|拨|找[^,。;]{0,4}$|致电|call", re.IGNORECASE
)
_LOOKS_LIKE_NUMBER = re.compile(r"(?<![\da-z])\+?\d(?:[\s\-.]?\d){5,14}(?!\d)(?!\s*(?:元|万|块|台|件|吨|%))")
_STRICT_CUE = re.compile(r"(?:电话|手机|座机|固话|号码|联系方式|热线|打我|拨|致电)[^,。;\d]{0,8}$")


def spoken_to_digits(text: str) -> str:
    """Runs of at least seven spoken digits become Arabic ones; the length stays."""
    return _SPOKEN_RUN.sub(lambda found: found[0].translate(_SPOKEN), text)


def phones(text: str, asked: bool) -> list[tuple[str, int, int]]:
    """Numbers one can call, with their places in the normalised text; a mobile number comes first."""
    digits = spoken_to_digits(text)
    found = [
        (_digits(match[1]), match.start(), match.end())
        for match in (*_MOBILE.finditer(digits), *_DIGIT_BY_DIGIT.finditer(digits))
        if not _NOT_CALLED.search(digits[max(0, match.start() - 12) : match.start()])
    ]
    for match in _AREA_APART.finditer(digits):
        _add(found, _digits(match[1] + match[2]), match)
    for match in _SERVICE.finditer(digits):
        if len(_digits(match[1])) == 10:
            _add(found, _digits(match[1]), match)
    for match in _LANDLINE.finditer(digits):
        number = _digits((match[1] or match[2]) + match[3])
        if 10 <= len(number) <= 12:
            _add(found, number, match)
    if not found:
        for match in _LOCAL.finditer(digits):
            if asked or _CUE.search(text[max(0, match.start() - 12) : match.start()]):
                _add(found, _digits(match[1]), match)
    gone = change_pairs(text, [(start, end) for _, start, end in found])
    return [number for place, number in enumerate(found) if place not in gone]


def wrong_length(text: str, asked: bool) -> bool:
    """True when digits that are meant as a telephone number are too few or too many."""
    if phones(text, asked):
        return False
    for match in _LOOKS_LIKE_NUMBER.finditer(spoken_to_digits(text)):
        before = text[max(0, match.start() - 30) : match.start()]
        if not _NOT_CALLED.search(before) and (asked or _STRICT_CUE.search(before)):
            return True
    return asked and bool(re.fullmatch(r"[\s\d\-]{2,}[。.!]?", text.strip()))


def _add(found: list[tuple[str, int, int]], number: str, match: re.Match[str]) -> None:
    if not any(match.start() < end and start < match.end() for _, start, end in found):
        found.append((number, match.start(), match.end()))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
