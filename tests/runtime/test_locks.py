"""One turn at a time for each sender, in order, none lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.runtime.locks import FirstComeLockStore
from tests.runtime.conftest import MakeAgent, say
from tests.runtime.sqlite_log import SqliteTurnLog


async def test_twenty_messages_at_once_are_all_kept_in_order(make_agent: MakeAgent, tmp_path: Path) -> None:
    log = SqliteTurnLog(tmp_path / "turns.db")
    agent = make_agent(log)
    texts = [f"第{number}条" for number in range(20)]
    await asyncio.gather(*(say(agent, text) for text in texts))
    assert log.texts("wx:one") == texts
    log.close()


async def test_senders_do_not_wait_for_each_other() -> None:
    store = FirstComeLockStore()
    async with store.lock("wx:one"), asyncio.timeout(60), store.lock("wx:two"):
        assert len(store) == 2
    assert len(store) == 0


async def test_waiting_callers_are_served_in_order_of_arrival() -> None:
    store, order = FirstComeLockStore(), []

    async def turn(number: int) -> None:
        async with store.lock("wx:one"):
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(turn(number) for number in range(50)))
    assert order == list(range(50))
    assert len(store) == 0


async def test_a_caller_that_gives_up_does_not_hold_up_the_others() -> None:
    store = FirstComeLockStore()

    async def turn() -> str:
        async with store.lock("wx:one"):
            return "served"

    async with store.lock("wx:one"):
        gone, waiting = asyncio.create_task(turn()), asyncio.create_task(turn())
        await asyncio.sleep(0)
        gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await waiting == "served"
    assert len(store) == 0


async def test_a_failed_turn_frees_the_lock() -> None:
    store = FirstComeLockStore()
    with pytest.raises(ValueError, match="broken"):
        async with store.lock("wx:one"):
            raise ValueError("broken")
    assert not store.is_someone_waiting("wx:one")


class OneHolder:
    """A shared lock that notes who holds it; fails when two do."""

    def __init__(self) -> None:
        self.waiting = 0
        self.most_waiting = 0
        self.held: list[str] = []
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def hold(self, sender_id: str) -> AsyncIterator[None]:
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        async with self._lock:
            self.held.append(sender_id)
            yield
        self.waiting -= 1


async def test_the_shared_lock_has_one_waiter_a_process_and_sender() -> None:
    shared = OneHolder()
    store = FirstComeLockStore(shared=shared)

    async def turn() -> None:
        async with store.lock("wx:one"):
            await asyncio.sleep(0)

    await asyncio.gather(*(turn() for _ in range(10)))
    assert shared.held == ["wx:one"] * 10
    assert shared.most_waiting == 1
