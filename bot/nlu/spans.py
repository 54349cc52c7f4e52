"""What the readers of values return."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Span:
    """A value and where it stands; positions count characters of the text it was read from."""

    field: str
    value: Any
    start: int
    end: int
    guess: bool = False
    """True when only the open question makes it a value."""


@dataclass(frozen=True)
class Problem:
    """A value that was meant but cannot be taken: the field and the code of the reason."""

    field: str
    code: str
