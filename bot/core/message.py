"""What was understood of one message, and what it does to the draft."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Invalid:
    """A value that could not be taken: the field and the code of the reason."""

    field: str
    code: str


@dataclass(frozen=True)
class Reading:
    """What was understood of one message."""

    text: str
    intent: str
    values: dict[str, Any]
    """Entities by field key, in the contract's shapes; `problem` is the rest of the text."""
    question: str | None
    """The field key whose question is open."""
    invalid: Invalid | None = None


@dataclass
class Absorbed:
    """What a message does to the draft."""

    updates: dict[str, Any] = field(default_factory=dict)
    """Slots to set, None to clear."""
    changed: list[str] = field(default_factory=list)
    """Fields to echo."""
    invalid: Invalid | None = None
    same: list[str] = field(default_factory=list)
    """Fields whose known value was said again."""
    added: str | None = None
    """Free words that were put behind earlier ones."""
    goes_on: bool = False
    """The intake answers, whatever the intent: an item of the summary is reopened or left as it was."""
    understood: bool = True
    """False when a question was open and the message answered nothing."""
