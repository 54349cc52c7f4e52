"""How long things may take at the desk, and what a request is answered."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """Seconds, and how many turns run at once."""

    passive: float = 3.5
    """Until a request is answered with `success`; WeChat gives up after 5."""
    grace: float = 0.8
    """More for a reply that is being committed."""
    store: float = 2.5
    """For storing a push; then it goes to the disk instead."""
    turn: float = 60.0
    poll: float = 0.05
    """Between looks at a push that another process works on."""
    flush: float = 0.05
    """Until answered pushes are marked, together."""
    upkeep: float = 5.0
    """Between rounds of upkeep."""
    recovery: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    """Pauses between tries to reach the database; the last one repeats."""
    turns: int = 16


@dataclass(frozen=True)
class Answer:
    """What a request is answered: an empty text means `success`."""

    text: str = field(default="", repr=False)
    inbox_id: int | None = None
    """To be marked when the answer was written."""


ACCEPTED = Answer()
