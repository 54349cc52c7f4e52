"""The unified social credit code and its check digit (GB 32100-2015)."""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CODE = re.compile(r"(?<![0-9a-z])([0-9a-z](?:[ \-]?[0-9a-z]){17})(?![0-9a-z])", re.IGNORECASE)


def check_digit(code: str) -> str:
    """The 18th character for the first 17 of a code."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(code[:17], _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """True for 18 characters of the alphabet whose last one checks."""
    return len(code) == 18 and all(char in ALPHABET for char in code) and check_digit(code) == code[17]


def codes(text: str) -> list[tuple[str, int, int]]:
    """Valid codes in upper case with their places; O and I typed for 0 and 1 are put right."""
    return [(code, start, end) for code, start, end in _candidates(text) if is_valid(code)]


def fails_check(text: str) -> bool:
    """True when a text names a code, or answers with one, whose check digit is wrong."""
    candidates = _candidates(text)
    cue = bool(re.search(r"信用代码|税号|uscc|统一代码", text, re.IGNORECASE))
    return any(not is_valid(code) and (cue or code[:2] in ("91", "92", "93")) for code, _, _ in candidates)


def _candidates(text: str) -> list[tuple[str, int, int]]:
    found = []
    for match in _CODE.finditer(text):
        code = re.sub(r"[ \-]", "", match[1]).upper().replace("O", "0").replace("I", "1")
        if code[0] in "159NY" and any(char.isdigit() for char in code):
            found.append((code, match.start(1), match.end(1)))
    return found
