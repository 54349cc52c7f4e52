"""Which replies of this process still have a listener: decided once, between the dialogue and the socket."""

import threading
from dataclasses import dataclass
from enum import Enum, auto


class Route(Enum):
    """How a reply goes out."""

    PASSIVE = auto()
    """As the answer to a request that waits for it."""
    PUSH = auto()
    """As a message of its own: the request was answered with `success` already."""
    WAIT = auto()
    """Nobody waits just now; WeChat may deliver again."""


@dataclass(frozen=True)
class Outcome:
    """What was committed for a push: its state and the passive reply."""

    state: str
    reply: str


class Delivery:
    """The requests that wait for one reply. Safe between the event loop and worker threads."""

    def __init__(self, *, push: bool = False) -> None:
        self._guard = threading.Lock()
        self._listeners = 0
        self._push = push
        self._settled: Route | None = None
        self.outcome: Outcome | None = None
        """What was committed; None while nothing was."""

    def listen(self) -> None:
        """A request waits for the reply."""
        with self._guard:
            self._listeners += 1

    def leave(self) -> None:
        """A request is gone without an answer."""
        with self._guard:
            self._listeners -= 1

    def give_up(self) -> bool:
        """Time is up: True when the request may be answered with `success`, because the reply will be pushed.

        False when the reply is being committed as a passive one at this moment.
        """
        with self._guard:
            if self._settled is Route.PASSIVE:
                return False
            self._push = True
            return True

    def settle(self) -> Route:
        """The reply is about to be committed: how it goes out from now on."""
        with self._guard:
            waiting = Route.PASSIVE if self._listeners > 0 else Route.WAIT
            self._settled = Route.PUSH if self._push else waiting
            return self._settled

    def unsettle(self) -> None:
        """The commit failed."""
        with self._guard:
            self._settled = None


class Deliveries:
    """The open deliveries of this process, by inbox id."""

    def __init__(self) -> None:
        self._open: dict[int, Delivery] = {}

    def open(self, inbox_id: int, delivery: Delivery) -> None:
        self._open[inbox_id] = delivery

    def of(self, inbox_id: int | None) -> Delivery:
        """The open delivery of a push; one that nobody listens to when there is none."""
        return self._open.get(inbox_id, Delivery()) if inbox_id is not None else Delivery()

    def close(self, inbox_id: int) -> None:
        """The turn is over and its outcome was read."""
        self._open.pop(inbox_id, None)
