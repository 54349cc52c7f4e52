"""Answers that were written, marked in the database a few at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

import structlog

from bot.services.inbox import Inbox
from connectors.wechat.limits import Answer

log = structlog.get_logger(__name__)
Taken = tuple[list[int], list[str]]


class Marks:
    """Ids of answered pushes and digests of repeated deliveries; `flush` seconds at most until they are stored."""

    def __init__(self, inbox: Inbox, executor: Executor, flush: float) -> None:
        self._inbox = inbox
        self._executor = executor
        self._flush = flush
        self._ids: list[int] = []
        self._digests: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._storing: asyncio.Task[None] | None = None

    def answered(self, answer: Answer) -> None:
        """`answer` was written to its socket."""
        if answer.inbox_id is not None:
            self._ids.append(answer.inbox_id)
            self._schedule()

    def repeated(self, digest: str) -> None:
        """A further delivery of a push in work."""
        self._digests.append(digest)
        self._schedule()

    def take(self) -> Taken:
        """All marks, to be stored by the caller; `put_back` when that failed."""
        taken = self._ids, self._digests
        self._ids, self._digests = [], []
        return taken

    def put_back(self, taken: Taken) -> None:
        self._ids += taken[0]
        self._digests += taken[1]
        self._schedule()

    async def store(self) -> None:
        """Store the marks now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        taken = self.take()
        if not any(taken):
            return
        try:
            call: Callable[..., None] = self._inbox.mark_answered
            await asyncio.get_running_loop().run_in_executor(self._executor, call, *taken)
        except Exception as error:
            self._ids += taken[0]
            self._digests += taken[1]
            log.warning("answers could not be marked", error=type(error).__name__)

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._flush, self._due)

    def _due(self) -> None:
        self._timer = None
        self._storing = asyncio.create_task(self.store())
