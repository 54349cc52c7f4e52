"""One turn of a conversation, as it is handed to whoever keeps it."""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class UserTurn:
    """What the user said and how it was read."""

    text: str
    intent: str | None
    confidence: float | None
    ranking: list[Json]
    """[{name, confidence}], likeliest first."""
    entities: list[Json]
    """[{entity, value, start, end, …}]."""
    metadata: Json
    """What the channel gave along: `inbox_id`, `question` …"""
    at: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class BotReply:
    """One bubble of the bot, before the channel lays it out."""

    text: str | None
    buttons: list[Json] = field(default_factory=list)
    """[{title, payload}]."""
    data: Json = field(default_factory=dict)
    """The rest that has a value: image, custom, attachment, quick_replies …"""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """All that one turn changed; recorded in one transaction."""

    events: list[Json]
    """Rasa's events as JSON-able dicts: the new ones, or all that matter when `snapshot`. They hold personal data."""
    snapshot: bool
    """`events` stand for everything that came before as well: `load` need not look further back."""
    user: UserTurn | None
    replies: list[BotReply]
    open_question: str | None
    """Key of the question that now waits for an answer."""
    slots: Json
    """Slots that have a value."""
    latency_ms: int
    failed: bool = False
    """The dialogue ran into its limit of actions and was cut off."""
    base: int | None = None
    """The revision that the turn began from; None for the first one."""

    @property
    def inbox_id(self) -> int | None:
        """The inbox row that this turn answers."""
        return self.user.metadata.get("inbox_id") if self.user else None


class StaleTurn(Exception):
    """Someone else recorded a turn of this sender, or erased the conversation, while this one ran."""


class TurnLog(Protocol):
    """Where conversations are kept. Called from worker threads, never twice at once for one sender."""

    def load(self, sender_id: str) -> list[Json] | None:
        """The events since the last snapshot, oldest first; None for an unknown sender."""

    def revision(self, sender_id: str) -> int | None:
        """A cheap number that differs whenever `load` would answer differently; None for an unknown sender."""

    def record(self, sender_id: str, turn: Turn) -> int:
        """Keep the turn, all of it or nothing, in one transaction; the new revision.

        Raises StaleTurn when the revision is no longer `turn.base`.
        """


class MemoryTurnLog:
    """A log that ends with the process: for `zhuli rasa shell` and tests."""

    def __init__(self) -> None:
        self.turns: dict[str, list[Turn]] = {}
        self._guard = threading.Lock()

    def load(self, sender_id: str) -> list[Json] | None:
        """See TurnLog."""
        if sender_id not in self.turns:
            return None
        events: list[Json] = []
        for turn in self.turns[sender_id]:
            events = [*turn.events] if turn.snapshot else events + turn.events
        return events

    def revision(self, sender_id: str) -> int | None:
        """See TurnLog."""
        return len(self.turns[sender_id]) if sender_id in self.turns else None

    def record(self, sender_id: str, turn: Turn) -> int:
        """See TurnLog."""
        with self._guard:
            if self.revision(sender_id) != turn.base:
                raise StaleTurn(f"began from {turn.base}")
            self.turns.setdefault(sender_id, []).append(turn)
            return len(self.turns[sender_id])


class TurnFailed(Exception):
    """A turn broke half-way; nothing of it was kept. Carries no text of the conversation."""


@dataclass(slots=True)
class Meter:
    """What is known of the turn that is running."""

    started: float
    """Monotonic seconds."""
    clock: Callable[[], float]
    failure: Exception | None = None
    """The first error of an action."""
    cut_off: bool = False

    def elapsed_ms(self) -> int:
        """Milliseconds since the turn began."""
        return round((self.clock() - self.started) * 1000)


running: ContextVar[Meter | None] = ContextVar("running_turn", default=None)
"""The turn of the current task."""
