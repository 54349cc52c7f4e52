"""How many customer-service messages WeChat still lets an account send to a user.

Source: developers.weixin.qq.com, 客服消息: 5 within 48 hours after a user's message, 3 within one minute after a menu
tap, a scan or a subscription. How overlapping windows combine is not documented: here the shorter one is used first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

OK = 0
NO_WINDOW = 45015
USED_UP = 45047

MESSAGE_QUOTA = 5
MESSAGE_WINDOW = timedelta(hours=48)
EVENT_QUOTA = 3
EVENT_WINDOW = timedelta(minutes=1)
TYPING_WINDOW = timedelta(seconds=30)


@dataclass
class _Window:
    left: int
    until: datetime


@dataclass(frozen=True)
class Allowance:
    """What may be sent now: how many messages, until when (UTC; None: no window is open)."""

    left: int
    until: datetime | None


class Windows:
    """The open windows of all users of one account."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._by_message: dict[str, _Window] = {}
        self._by_event: dict[str, _Window] = {}
        self._last_contact: dict[str, datetime] = {}

    def opened_by_message(self, openid: str, at: datetime | None = None) -> None:
        """The user wrote: the quota is whole again."""
        moment = at or self._clock()
        self._by_message[openid] = _Window(MESSAGE_QUOTA, moment + MESSAGE_WINDOW)
        self._last_contact[openid] = moment

    def opened_by_event(self, openid: str) -> None:
        """The user tapped the menu, scanned a code or subscribed."""
        moment = self._clock()
        self._by_event[openid] = _Window(EVENT_QUOTA, moment + EVENT_WINDOW)
        self._last_contact[openid] = moment

    def closed(self, openid: str) -> None:
        """The user unsubscribed."""
        for windows in (self._by_message, self._by_event):
            windows.pop(openid, None)
        self._last_contact.pop(openid, None)

    def take(self, openid: str) -> int:
        """Use one message: OK, NO_WINDOW or USED_UP."""
        open_windows = self._open(openid)
        if not open_windows:
            return NO_WINDOW
        for window in open_windows:
            if window.left > 0:
                window.left -= 1
                return OK
        return USED_UP

    def allowance(self, openid: str) -> Allowance:
        open_windows = self._open(openid)
        until = max((window.until for window in open_windows), default=None)
        return Allowance(sum(window.left for window in open_windows), until)

    def in_touch(self, openid: str) -> bool:
        """Whether the user did something within the last 30 s, which typing needs."""
        last = self._last_contact.get(openid)
        return last is not None and self._clock() - last <= TYPING_WINDOW

    def _open(self, openid: str) -> list[_Window]:
        windows = (self._by_event.get(openid), self._by_message.get(openid))
        return [window for window in windows if window is not None and window.until > self._clock()]
