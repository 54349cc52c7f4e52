"""A group robot's limit: twenty messages a minute."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

PER_MINUTE = 20
MINUTE = timedelta(minutes=1)


class Pace:
    """Counts what this process sent with each key."""

    def __init__(self, clock: Callable[[], datetime], per_minute: int = PER_MINUTE) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._sent: dict[str, deque[datetime]] = {}

    def wait(self, key: str) -> timedelta | None:
        """How long until the next message may go; None, and counted, when it may go now."""
        now, sent = self._clock(), self._sent.setdefault(key, deque())
        while sent and now - sent[0] >= MINUTE:
            sent.popleft()
        if len(sent) >= self._per_minute:
            return sent[0] + MINUTE - now
        sent.append(now)
        return None
