"""A TurnLog over PostgreSQL, and a bot process that talks over it: python -m tests.runtime.postgres_log …"""

import asyncio
import json
import sys
from pathlib import Path

import psycopg

from bot.runtime.quiet import load_rasa
from bot.runtime.turns import Json, StaleTurn, Turn

TABLE = (
    "CREATE TABLE IF NOT EXISTS turn (id BIGSERIAL PRIMARY KEY, sender TEXT, events TEXT, snapshot BOOLEAN,"
    " text TEXT, process TEXT)"
)


class PostgresTurnLog:
    """One connection a call: slow, and safe from any thread."""

    def __init__(self, url: str, process: str = "") -> None:
        self._url, self._process = url, process

    def load(self, sender_id: str) -> list[Json] | None:
        with psycopg.connect(self._url) as db:
            rows = db.execute(
                "SELECT events FROM turn WHERE sender = %(s)s AND id >="
                " (SELECT max(id) FROM turn WHERE sender = %(s)s AND snapshot) ORDER BY id",
                {"s": sender_id},
            ).fetchall()
        return [event for (events,) in rows for event in json.loads(events)] or None

    def revision(self, sender_id: str) -> int | None:
        with psycopg.connect(self._url) as db:
            return self._latest(db, sender_id)

    def record(self, sender_id: str, turn: Turn) -> int:
        with psycopg.connect(self._url) as db:
            if self._latest(db, sender_id) != turn.base:
                raise StaleTurn(f"began from {turn.base}")
            row = db.execute(
                "INSERT INTO turn (sender, events, snapshot, text, process) VALUES (%s, %s, %s, %s, %s) RETURNING id",
                (
                    sender_id,
                    json.dumps(turn.events),
                    turn.snapshot,
                    turn.user.text if turn.user else None,
                    self._process,
                ),
            ).fetchone()
        assert row is not None
        return int(row[0])

    def _latest(self, db: "psycopg.Connection[tuple[object, ...]]", sender_id: str) -> int | None:
        row = db.execute("SELECT max(id) FROM turn WHERE sender = %s", (sender_id,)).fetchone()
        return None if row is None or row[0] is None else int(str(row[0]))


async def talk(model: Path, url: str, process: str, count: int) -> None:
    """Say `count` things at once as one sender, when a line comes on stdin."""
    load_rasa()
    from bot.runtime.actions import InProcessActions
    from bot.runtime.advisory import AdvisoryLock
    from bot.runtime.locks import FirstComeLockStore
    from bot.runtime.processor import TurnAgent
    from bot.runtime.tracker_store import TurnTrackerStore
    from tests.runtime.conftest import executor, say

    lock = AdvisoryLock(url)
    store = TurnTrackerStore(log=PostgresTurnLog(url, process))
    agent = TurnAgent(store, FirstComeLockStore(shared=lock), InProcessActions(None, executor()))
    agent.load_model(model)
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(say(agent, f"{process}{number}") for number in range(count)))
    await lock.close()


if __name__ == "__main__":
    asyncio.run(talk(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
