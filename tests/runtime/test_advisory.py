"""Several bot processes on PostgreSQL: one turn at a time for each sender."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bot.runtime.advisory import AdvisoryLock, key
from tests.runtime.postgres_log import TABLE

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(new_postgresql: Callable[[], str]) -> str:
    return new_postgresql().replace("postgresql+psycopg", "postgresql")


def test_twenty_messages_at_once_over_two_processes_are_all_kept_in_order(model: Path, url: str) -> None:
    with psycopg.connect(url) as db:
        db.execute(TABLE)
    command = [sys.executable, "-m", "tests.runtime.postgres_log", str(model), url]
    processes = [
        subprocess.Popen([*command, name, "10"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for name in "AB"
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.communicate("go\n", timeout=120)
    assert [process.returncode for process in processes] == [0, 0]
    with psycopg.connect(url) as db:
        rows = db.execute("SELECT process, text FROM turn ORDER BY id").fetchall()
    for name in "AB":
        assert [text for process, text in rows if process == name] == [f"{name}{number}" for number in range(10)]


async def test_a_sender_is_held_by_one_at_a_time_in_order_of_arrival(url: str) -> None:
    one, two, order = AdvisoryLock(url), AdvisoryLock(url), []

    async def turn(lock: AdvisoryLock, name: str) -> None:
        async with lock.hold("wx:one"):
            order.append(name)

    async with one.hold("wx:one"):
        tasks = []
        for number in range(3):
            tasks.append(asyncio.create_task(turn(two, f"turn {number}")))
            await _waiting(url, number + 1)
        async with two.hold("wx:another"):
            order.append("another sender")
    await asyncio.gather(*tasks)
    assert order == ["another sender", "turn 0", "turn 1", "turn 2"]
    await one.close()
    await two.close()


async def test_giving_up_and_failing_free_the_lock(url: str) -> None:
    lock = AdvisoryLock(url)

    async def turn() -> None:
        async with lock.hold("wx:one"):
            raise ValueError("broken")

    async with lock.hold("wx:one"):
        waiting = asyncio.create_task(turn())
        await _waiting(url, 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    with pytest.raises(ValueError, match="broken"):
        await turn()
    async with asyncio.timeout(60), lock.hold("wx:one"):
        pass
    await lock.close()


async def _waiting(url: str, count: int) -> None:
    """Until so many wait for an advisory lock."""
    async with asyncio.timeout(60), await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        while True:
            cursor = await db.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            row = await cursor.fetchone()
            if row is not None and row[0] == count:
                return


def test_keys_fit_into_64_bits_and_differ() -> None:
    keys = {key(f"wx:{number}") for number in range(1000)}
    assert len(keys) == 1000
    assert all(-(2**63) <= number < 2**63 for number in keys)
