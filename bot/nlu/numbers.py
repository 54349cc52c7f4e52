"""Numbers as people write and say them: 一百二, 三五十, 十五六, 1.2百万, 3,500,000, 12万8."""

import re

DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "半": 0.5,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
CHINESE = "".join(DIGITS) + "".join(UNITS) + "廿卅"
NUMBER = (
    rf"(?:\d{{1,3}}+(?:,\d{{3}})++(?!\d)(?:\.\d++)?+|\d++(?:\.\d++)?+|[{CHINESE}万亿]|"
    rf"(?<=[{CHINESE}])点(?=[{CHINESE}])){{1,16}}"
)
"""Matches a number; `read` tells its value. Possessive: a flood of digits is tried once, not in every partition."""
Range = tuple[float, float]

_PART = re.compile(
    rf"(?P<arabic>\d[\d,]*(?:\.\d+)?)|(?P<point>[{''.join(DIGITS)}十]+点[{''.join(DIGITS)}]+)|"
    rf"(?P<digits>[{''.join(DIGITS)}]+)"
)


def read(text: str) -> Range | None:
    """Lowest and highest value of a number; equal but for 三五十 and the like. None when it is no number."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace(" ", "")
    if not text or not re.fullmatch(NUMBER, text):
        return None
    if re.fullmatch(r"百八十[万亿]?", text):
        scale = LARGE.get(text[-1], 1)
        return 80.0 * scale, 100.0 * scale
    tens = re.fullmatch(r"([一二三四五六七八九]?十)([一二三四五六七八九]十)([万亿]?)", text)
    if tens:
        scale, low, high = LARGE.get(tens[3], 1), _section(tens[1]), _section(tens[2])
        return (low[0] * scale, high[0] * scale) if low and high and low[0] < high[0] else None
    return _large(text, ("亿", "万"))


def _large(text: str, units: tuple[str, ...]) -> Range | None:
    if not units:
        return _section(text)
    unit, rest = units[0], units[1:]
    if unit not in text:
        return _large(text, rest)
    head, _, tail = text.partition(unit)
    left = _large(head, rest) if head else (1.0, 1.0)
    if left is None:
        return None
    scale = LARGE[unit]
    low, high = left[0] * scale, left[1] * scale
    if not tail:
        return low, high
    right = _short_tail(tail, scale) or _large(tail, rest)
    return None if right is None else (low + right[0], high + right[1])


def _short_tail(tail: str, scale: int) -> Range | None:
    """三万五 is 35,000: a single digit counts tenths of the unit before it."""
    if len(tail) == 1 and (tail in DIGITS or tail.isdigit()):
        value = float(DIGITS.get(tail, 0) or (tail.isdigit() and int(tail)))
        return (value * scale, value * scale) if tail == "半" else (value * scale / 10, value * scale / 10)
    return None


def _section(text: str) -> Range | None:
    """A number below ten thousand, or Arabic digits of any size."""
    low = high = 0.0
    place, last_unit = 0, 0
    while place < len(text):
        found = _PART.match(text, place)
        value = _part(found) if found else None
        place = found.end() if found else place
        unit = UNITS.get(text[place], 0) if place < len(text) else 0
        if not found and not unit:
            return None
        if unit:
            place += 1
        a, b = value if value is not None else (1.0, 1.0)
        factor = unit or _tail_factor(found, last_unit)
        low, high = low + a * factor, high + b * factor
        last_unit = unit
    return low, high


def _tail_factor(found: re.Match[str] | None, last_unit: int) -> float:
    """一百二 is 120, but 一百零二 is 102 and 十二 is 12."""
    plain = found is not None and "零" not in found[0] and "〇" not in found[0]
    single = found is not None and len(found[0]) == 1
    if found is not None and found[0] == "半":
        return max(last_unit, 1)
    return last_unit / 10 if last_unit >= 100 and plain and single else 1


def _part(found: re.Match[str]) -> Range | None:
    if found["arabic"]:
        value = float(found["arabic"].replace(",", ""))
        return value, value
    if found["point"]:
        whole, _, digits = found["point"].partition("点")
        left = _section(whole) or (0.0, 0.0)
        fraction = float("0." + "".join(str(int(DIGITS[digit])) for digit in digits))
        return left[0] + fraction, left[1] + fraction
    digits = [DIGITS[char] for char in found["digits"]]
    if digits[0] == 0 and len(digits) > 1 and len(digits) <= 3:
        digits = digits[1:]
    if len(digits) == 1:
        return float(digits[0]), float(digits[0])
    if len(digits) == 2 and 0 < digits[1] - digits[0] <= 2 and digits[0] >= 1:
        return float(digits[0]), float(digits[1])
    if 0.5 in digits:
        return None
    value = float("".join(str(int(digit)) for digit in digits))
    return value, value
