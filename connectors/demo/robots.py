"""The fake WeCom group robot: what liaisons see in their group."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.demo.feed import Feed

OK = 0
UNKNOWN_KEY = 93000
TOO_OFTEN = 45009
TOO_LONG = 40058
BAD_TYPE = 40008
EMPTY = 44004
NOT_JSON = 47001

PER_MINUTE = 20
LIMITS = {"text": 2048, "markdown": 4096}
"""UTF-8 bytes; developer.work.weixin.qq.com, 群机器人配置说明."""


@dataclass(frozen=True)
class Call:
    """One request; `errcode` as answered."""

    key: str
    body: dict[str, Any]
    errcode: int


class Robots:
    """Takes the messages of group robots; all groups are shown as one feed."""

    def __init__(self, path: Path, clock: Callable[[], datetime], keys: frozenset[str] | None = None) -> None:
        """`keys`: the robots that exist; None lets any key in."""
        self.feed = Feed(path, clock)
        self.calls: deque[Call] = deque(maxlen=500)
        self._clock = clock
        self._keys = keys
        self._recent: dict[str, deque[datetime]] = {}

    def send(self, key: str, body: dict[str, Any]) -> int:
        """The errcode; a message that is taken appears in the feed."""
        code, kind, content = self._content(body)
        if not key or (self._keys is not None and key not in self._keys):
            code = UNKNOWN_KEY
        if code == OK and self._too_often(key):
            code = TOO_OFTEN
        self.calls.append(Call(key, body, code))
        if code == OK:
            self.feed.append("group", kind, content)
        return code

    def _content(self, body: dict[str, Any]) -> tuple[int, str, str]:
        kind = str(body.get("msgtype"))
        given = body.get(kind)
        if kind not in LIMITS or not isinstance(given, dict):
            return BAD_TYPE, kind, ""
        content = str(given.get("content", ""))
        if not content.strip():
            return EMPTY, kind, ""
        return (TOO_LONG if len(content.encode()) > LIMITS[kind] else OK), kind, content

    def _too_often(self, key: str) -> bool:
        recent = self._recent.setdefault(key, deque())
        while recent and self._clock() - recent[0] >= timedelta(minutes=1):
            recent.popleft()
        if len(recent) >= PER_MINUTE:
            return True
        recent.append(self._clock())
        return False
