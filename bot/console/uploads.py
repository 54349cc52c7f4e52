"""Files that were uploaded and wait for a person's word."""

import os
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.services.station_files import MAX_FILE

KEPT = timedelta(hours=1)
_KEY = re.compile(r"[0-9a-f]{32}\.[a-z]{3,5}")


class TooLargeError(Exception):
    """The file is larger than MAX_FILE."""


class Uploads:
    """A folder only this user can read; each file belongs to the person who uploaded it."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def keep(self, owner: int, ending: str, source: BinaryIO) -> str:
        """The key to ask for it. Raises TooLargeError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget_old()
        key = secrets.token_hex(16) + ending
        path = self.path(owner, key)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            left = MAX_FILE
            while portion := source.read(1 << 20):
                left -= len(portion)
                if left < 0:
                    path.unlink()
                    raise TooLargeError
                target.write(portion)
        moment = self._clock().timestamp()
        os.utime(path, (moment, moment))
        return key

    def path(self, owner: int, key: str) -> Path:
        return self._folder / f"{owner}-{key}"

    def holds(self, owner: int, key: str) -> bool:
        return _KEY.fullmatch(key) is not None and self.path(owner, key).is_file()

    def drop(self, owner: int, key: str) -> None:
        self.path(owner, key).unlink(missing_ok=True)

    def _forget_old(self) -> None:
        oldest = (self._clock() - KEPT).timestamp()
        for path in self._folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
