"""Rows of a set one after another, with word of how far it is."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Row = TypeVar("Row")
Progress = Callable[[int, int], None]
"""Rows done, rows in all."""


def silent(done: int, total: int) -> None:
    """For those who do not want to know."""


def each(rows: Sequence[Row], progress: Progress) -> Iterator[Row]:
    """`progress` hears of every row after it was worked on."""
    for number, row in enumerate(rows, 1):
        yield row
        progress(number, len(rows))
