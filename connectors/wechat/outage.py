"""While the database is out of reach: pushes go to the disk, each person hears one apology, and all is made up for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.services.inbox import Arrival, Inbox, Received, Status, is_outage
from bot.services.spill import Spill
from connectors.wechat.limits import ACCEPTED, Answer

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Outage:
    """Knows whether the database is down; `take_up` is called for every push once it is back."""

    def __init__(
        self,
        inbox: Inbox,
        spill: Spill,
        apology: str,
        take_up: Callable[[Received], None],
        pauses: tuple[float, ...],
    ) -> None:
        self._inbox = inbox
        self._spill = spill
        self._apology = apology
        self._take_up = take_up
        self._pauses = pauses
        self._disk = ThreadPoolExecutor(1, "spill")
        self._later: list[Received] = []
        self._apologised: set[str] = set()
        self._recovery: asyncio.Task[None] | None = None
        self._certain = False

    @property
    def lasts(self) -> bool:
        """The database is known to be down, not only slow."""
        return self._recovery is not None and self._certain

    @property
    def pending(self) -> bool:
        """Something still has to be made up for."""
        return self._recovery is not None

    async def keep(self, arrival: Arrival, *, certain: bool) -> Answer:
        """A push that cannot be stored: on the disk first, then answered.

        When the database is perhaps only slow (not `certain`) nobody has to hear of it.
        """
        await self._on_disk(self._spill.add, replace(arrival, answered=True))
        self._begin(certain)
        return self._excuse(arrival.sender_id) if certain else ACCEPTED

    def postpone(self, received: Received) -> Answer:
        """A push that is stored, but whose turn could not be kept."""
        self._later.append(received)
        self._begin(certain=True)
        return self._excuse(received.sender_id)

    def over_for(self, sender_id: str) -> None:
        """This person's messages get through again."""
        self._apologised.discard(sender_id)

    async def start(self) -> None:
        """Take up what an earlier process left on the disk."""
        try:
            await self._make_up()
        except Exception as error:
            log.warning("the database is not there yet", error=type(error).__name__)
            self._begin(certain=True)

    async def stop(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.gather(self._recovery, return_exceptions=True)
        self._disk.shutdown(wait=False)

    def _excuse(self, sender_id: str) -> Answer:
        if sender_id in self._apologised:
            return ACCEPTED
        self._apologised.add(sender_id)
        return Answer(self._apology)

    def _begin(self, certain: bool) -> None:
        if certain and not self._certain:
            log.error("the database is out of reach; pushes are kept on disk")
        self._certain = self._certain or certain
        if self._recovery is None:
            self._recovery = asyncio.create_task(self._recover())

    async def _recover(self) -> None:
        tries = 0
        while True:
            await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
            tries += 1
            try:
                if await asyncio.to_thread(self._inbox.available):
                    await self._make_up()
                    if not self._later:
                        break
            except Exception as error:
                self._certain = True
                log.warning("the database is not back yet", error=type(error).__name__)
        self._recovery, self._certain = None, False
        log.info("the database is back")

    async def _make_up(self) -> None:
        """In the order in which the pushes came; ends with nothing on the disk."""
        later, self._later = self._later, []
        for received in later:
            self._take_up(received)
        while True:
            arrivals, count = await self._on_disk(self._spill.read)
            if not count:
                return
            for arrival in arrivals:
                await self._store(arrival)
            await self._on_disk(self._spill.clear, count)

    async def _store(self, arrival: Arrival) -> None:
        try:
            received = await asyncio.to_thread(self._inbox.receive, arrival)
        except Exception as error:
            if is_outage(error):
                raise
            log.error("a kept push could not be stored", error=type(error).__name__)
            return
        if received.status is Status.MINE:
            self._take_up(received)

    async def _on_disk(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, call, *arguments)
