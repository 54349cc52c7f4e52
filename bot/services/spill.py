"""A journal on disk for pushes that came while the database was out of reach."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.services.inbox import Arrival, NewAttachment
from models import Cipher, UndecryptableError


class Spill:
    """One encrypted line a push, on the disk before `add` returns. Used by one thread at a time."""

    def __init__(self, path: Path, cipher: Cipher) -> None:
        self._path = path
        self._cipher = cipher

    def add(self, arrival: Arrival) -> None:
        """Keep `arrival` even if the machine stops now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = self._cipher.encrypt(json.dumps(asdict(arrival), ensure_ascii=False))
        with open(self._path, "a", encoding="ascii", opener=_private) as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> tuple[list[Arrival], int]:
        """What is kept, oldest first, each push once; and the number of lines read.

        A line that was cut off by a crash, before its request was answered, is left out.
        """
        lines = self._lines()
        found: dict[str, Arrival] = {}
        for line in lines:
            arrival = self._arrival(line)
            if arrival is not None:
                found.setdefault(arrival.unique_key, arrival)
        return list(found.values()), len(lines)

    def clear(self, count: int) -> None:
        """Drop the first `count` lines: they are in the database now."""
        rest = self._lines()[count:]
        staged = self._path.with_suffix(".tmp")
        with open(staged, "w", encoding="ascii", opener=_private) as file:
            file.writelines(line + "\n" for line in rest)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(self._path)

    def _lines(self) -> list[str]:
        if not self._path.exists():
            return []
        return self._path.read_text("ascii", errors="replace").splitlines()

    def _arrival(self, line: str) -> Arrival | None:
        try:
            data: dict[str, Any] = json.loads(self._cipher.decrypt(line))
        except (UndecryptableError, ValueError):
            return None
        attachment = data.pop("attachment")
        return Arrival(**data, attachment=NewAttachment(**attachment) if attachment else None)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
