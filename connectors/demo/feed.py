"""A numbered list of things that happened: kept in a file, followed by any number of readers."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

KEPT = 1000
"""Entries held in memory; the file keeps them all."""


@dataclass(frozen=True)
class Entry:
    """Entry `seq` (from 1) of a feed; `at` in ISO 8601, UTC."""

    seq: int
    at: str
    side: str
    """user, bot, group or note."""
    kind: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Feed:
    """Entries in order. Appending wakes the readers that wait for more."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self.entries = _read(path)
        self._changed = asyncio.Event()

    def append(self, side: str, kind: str, text: str = "", **data: Any) -> Entry:
        seq = self.entries[-1].seq + 1 if self.entries else 1
        entry = Entry(seq, self._clock().isoformat(), side, kind, text, data)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        self.entries = [*self.entries[-(KEPT - 1) :], entry]
        self.wake()
        return entry

    def after(self, seq: int) -> list[Entry]:
        return [entry for entry in self.entries if entry.seq > seq]

    def wake(self) -> None:
        """Let the readers look again, also without a new entry (typing, shutdown)."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_after(self, seq: int, seconds: float) -> list[Entry]:
        """Entries after `seq`, at once when there are some, else what comes within `seconds`."""
        changed = self._changed
        found = self.after(seq)
        if found or seconds <= 0:
            return found
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return []
        return self.after(seq)


def _read(path: Path) -> list[Entry]:
    """A last line that a crash cut short is left out."""
    entries: list[Entry] = []
    if not path.is_file():
        return entries
    for line in path.read_text("utf-8").splitlines():
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return entries[-KEPT:]
