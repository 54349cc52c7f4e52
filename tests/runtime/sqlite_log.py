"""A TurnLog over SQLite: what survives a process."""

import json
import sqlite3
import threading
from pathlib import Path

from bot.runtime.turns import Json, StaleTurn, Turn


class SqliteTurnLog:
    """One row a turn; `fail_next` makes the next commit fail as a database that is down would."""

    def __init__(self, path: Path) -> None:
        self.fail_next = False
        self._guard = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS turn (id INTEGER PRIMARY KEY, sender TEXT, events TEXT, snapshot INTEGER,"
            " text TEXT, replies TEXT, question TEXT)"
        )

    def load(self, sender_id: str) -> list[Json] | None:
        with self._guard:
            rows = self._db.execute(
                "SELECT events FROM turn WHERE sender = ?1 AND id >="
                " (SELECT max(id) FROM turn WHERE sender = ?1 AND snapshot) ORDER BY id",
                (sender_id,),
            ).fetchall()
        return [event for (events,) in rows for event in json.loads(events)] or None

    def revision(self, sender_id: str) -> int | None:
        with self._guard:
            return self._latest(sender_id)

    def record(self, sender_id: str, turn: Turn) -> int:
        with self._guard:
            if self.fail_next:
                self.fail_next = False
                raise sqlite3.OperationalError("disk I/O error")
            if self._latest(sender_id) != turn.base:
                raise StaleTurn(f"began from {turn.base}")
            cursor = self._db.execute(
                "INSERT INTO turn (sender, events, snapshot, text, replies, question) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    sender_id,
                    json.dumps(turn.events),
                    turn.snapshot,
                    turn.user.text if turn.user else None,
                    json.dumps([reply.text for reply in turn.replies]),
                    turn.open_question,
                ),
            )
        return int(cursor.lastrowid or 0)

    def _latest(self, sender_id: str) -> int | None:
        row = self._db.execute("SELECT max(id) FROM turn WHERE sender = ?", (sender_id,)).fetchone()
        return int(row[0]) if row[0] is not None else None

    def texts(self, sender_id: str) -> list[str]:
        """What the sender said, in the order in which it was recorded."""
        with self._guard:
            rows = self._db.execute("SELECT text FROM turn WHERE sender = ? ORDER BY id", (sender_id,)).fetchall()
        return [text for (text,) in rows]

    def events_of_last_turn(self, sender_id: str) -> list[Json]:
        with self._guard:
            row = self._db.execute(
                "SELECT events FROM turn WHERE sender = ? ORDER BY id DESC LIMIT 1", (sender_id,)
            ).fetchone()
        found: list[Json] = json.loads(row[0])
        return found

    def erase(self, sender_id: str) -> None:
        with self._guard:
            self._db.execute("DELETE FROM turn WHERE sender = ?", (sender_id,))

    def close(self) -> None:
        self._db.close()
