"""One turn at a time for each sender, first come first served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from rasa.core.lock_store import LOCK_LIFETIME, LockStore


class SenderLock(Protocol):
    """A lock that several processes share (PostgreSQL: an advisory lock)."""

    def hold(self, sender_id: str) -> AbstractAsyncContextManager[Any]:
        """Waits until no other process holds the sender, in order of arrival, and holds it."""


class _Queue:
    """A sender's lock and how many hold it or wait for it."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class FirstComeLockStore(LockStore):
    """Rasa's lock store on asyncio locks: no polling, no expiry, nothing kept for idle senders.

    With `shared`, a sender is also locked against other processes; one waiter a process and sender.
    """

    def __init__(self, endpoint_config: Any = None, shared: SenderLock | None = None) -> None:
        super().__init__()
        self._queues: dict[str, _Queue] = {}
        self._shared = shared

    def __len__(self) -> int:
        """Number of senders whose turn is running or waiting."""
        return len(self._queues)

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncIterator[None]:
        """Hold the sender's lock; waiting callers get it in the order in which they came."""
        queue = self._queues.setdefault(conversation_id, _Queue())
        queue.users += 1
        try:
            async with queue.lock:
                if self._shared is None:
                    yield
                else:
                    async with self._shared.hold(conversation_id):
                        yield
        finally:
            queue.users -= 1
            if not queue.users:
                del self._queues[conversation_id]

    def is_someone_waiting(self, conversation_id: str) -> bool:
        """True while a turn of the sender runs or waits."""
        return conversation_id in self._queues
