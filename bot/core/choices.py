"""Numbered choices: how bubbles with buttons read as one text, and which choice an answer means."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Choice = Mapping[str, Any]
"""{title, payload}."""

_CHINESE = "一二三四五六七八九十"
_NUMBER = re.compile(
    r"^(?:我?(?:要|选择?|回复?|填)?)\s*(?:第|是)?\s*(?P<number>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*"
    r"(?:个|项|条|号|种|吧|选项)*\s*[.,、。,!)）!]*$"
)
_SELF_NUMBERED = re.compile(r"(?:回复|请回|回|选|发)\s*[“\"「]?\s*[1１①]|(?m:^\s*[1１①]\s*[.、．：:)） ])")


class Bubble(Protocol):
    """A reply of the bot before it is laid out."""

    @property
    def text(self) -> str | None: ...
    @property
    def buttons(self) -> Sequence[Choice]: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Laid:
    """Bubbles as one text, and the choices that text offers."""

    text: str
    choices: list[dict[str, Any]] = field(default_factory=list)


def _whole(text: str) -> list[str]:
    return [text] if text else []


@dataclass(frozen=True)
class Layout:
    """How a channel writes replies; `parts` cuts a text into what fits one message and what must follow."""

    hint: str = ""
    """Stands behind a list of choices."""
    parts: Callable[[str], list[str]] = _whole

    def lay_out(self, bubbles: Sequence[Bubble]) -> Laid:
        """All bubbles, parted by an empty line; the last list of buttons is the one on offer."""
        texts: list[str] = []
        choices: list[dict[str, Any]] = []
        for bubble in bubbles:
            text = (bubble.text or "").strip()
            if bubble.buttons:
                choices = [{"title": str(one["title"]), "payload": str(one["payload"])} for one in bubble.buttons]
                text = self.numbered(text, choices, _says_numbered(bubble))
            texts += [text] if text else []
        return Laid("\n\n".join(texts), choices)

    def numbered(self, text: str, choices: Sequence[Choice], already: bool | None = None) -> str:
        """`text` with the list of choices, unless it numbers them itself (`already`, None: judge by the text)."""
        if already if already is not None else bool(_SELF_NUMBERED.search(text)):
            return text
        lines = [f"{number}. {choice['title']}" for number, choice in enumerate(choices, 1)]
        return "\n".join(part for part in (text, *lines, self.hint) if part)


def _says_numbered(bubble: Bubble) -> bool | None:
    custom = bubble.data.get("custom")
    return custom.get("numbered") if isinstance(custom, Mapping) else None


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that `text` means: its number in any form (1, １, ①, 一, 1., 第1个, 选1) or its exact title."""
    said = unicodedata.normalize("NFKC", text).strip()
    for choice in choices:
        if said.rstrip("。.!！").casefold() == unicodedata.normalize("NFKC", choice["title"]).strip().casefold():
            return choice
    match = _NUMBER.match(said)
    number = _value(match["number"]) if match else 0
    return choices[number - 1] if 1 <= number <= len(choices) else None


def _value(digits: str) -> int:
    if digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return _CHINESE.index(digits) + 1 if len(digits) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * (_CHINESE.index(tens) + 1 if tens else 1) + (_CHINESE.index(ones) + 1 if ones else 0)
