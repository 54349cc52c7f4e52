"""What may not be taken in at all: state secrets, and numbers that identify a person or an account."""

import re
from datetime import date

_SECRET = re.compile(
    r"涉密|涉及国家秘密|国家秘密|军工秘密|(?<!自)(?:绝密|机密)(?:级|项目|文件|资料|任务|型号)?|秘密级|军品密级|定密"
)
_NOT_SECRET = re.compile(
    r"(?:不|非|没有?|未|无|并非|不属于|不算|解|脱|会不会|是否|算不算|有没有|如果|要是|万一|怕|担心|别|不要|去掉|去除)[^，。,;；]{0,4}$"
)
_ASKED = re.compile(r"吗|[?？]|咋办|怎么办|能不能|可不可以|要不要|行不行|能[发提报填]|[可能会][^，。]{0,5}不$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx])(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z])(\d(?:[ -]?\d){15,18})(?![0-9A-Za-z])")


def tells_a_secret(text: str) -> bool:
    """True when the text says that its matter is secret; questions about secrecy and denials are none."""
    found = _SECRET.search(text)
    if not found or _ASKED.search(text[found.end() :]):
        return False
    return not _NOT_SECRET.search(text[: found.start()])


def without_numbers(text: str) -> str:
    """`text` without identity-card numbers (GB 11643 check digit) and bank-card numbers (Luhn, ISO/IEC 7812-1)."""
    text = _IDENTITY.sub(lambda found: "" if _is_identity(found[1]) else found[0], text)
    return _CARD.sub(lambda found: "" if _is_card(re.sub(r"\D", "", found[1])) else found[0], text)


def _is_identity(number: str) -> bool:
    """The check digit fits, or at least the birthday does: a mistyped number is one, too."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper() or _has_birthday(number)


def _has_birthday(number: str) -> bool:
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[0] in "12345678" and 1900 <= day.year <= 2100


def _is_card(digits: str) -> bool:
    if digits[0] not in "3456":
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
