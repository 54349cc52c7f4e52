"""Delivers notices: leased, in order for each recipient, with back-off, until delivered, held or dead."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.outbox.completion import Completion, Lines
from bot.outbox.pace import Pace
from bot.services.deliveries_log import DeliveryLog, Leased
from connectors.ports import Dead, Delivered, Deliverer, Held, Outcome, Outgoing, Retry

log = logging.getLogger(__name__)
__all__ = ["OutboxWorker", "Pace"]


class OutboxWorker:
    """One of any number of workers over one database. `deliverers`: one a channel; other channels are left alone.

    `lines`: what liaisons' messages are completed with.
    """

    def __init__(
        self,
        notices: DeliveryLog,
        deliverers: Mapping[str, Deliverer],
        clock: Callable[[], datetime],
        pace: Pace | None = None,
        jitter: Callable[[], float] = random.random,
        lines: Lines = lambda demand_no, channel: "",
    ) -> None:
        self._notices = notices
        self._deliverers = dict(deliverers)
        self._clock = clock
        self._pace = pace or Pace()
        self._jitter = jitter
        self._completion = Completion(lines, self._pace.completion)
        self._running: set[asyncio.Task[None]] = set()
        self._complained = False

    async def run(self, stop: asyncio.Event) -> None:
        """Delivers until `stop`; what is under way is finished, as far as the grace allows."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                started = await self._start_due()
                waiting = {stopped, *self._running} if not started or self._full() else {stopped}
                timeout = 0 if started and not self._full() else self._pace.poll
                await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            await self._finish()
            self._completion.close()

    async def round(self) -> int:
        """Delivers what is due, and what becomes due by that; how many notices that were."""
        total = 0
        while started := await self._start_due():
            total += started
            await asyncio.gather(*self._running)
        return total

    def _full(self) -> bool:
        return len(self._running) >= self._pace.at_once

    async def _start_due(self) -> int:
        room = self._pace.at_once - len(self._running)
        if room <= 0:
            return 0
        try:
            claimed = await asyncio.to_thread(self._notices.claim, sorted(self._deliverers), self._pace.lease, room)
        except Exception as error:
            self._complain(type(error).__name__)
            return 0
        self._complained = False
        for notice in claimed:
            task = asyncio.create_task(self._handle(notice))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    def _complain(self, error: str) -> None:
        """Once until it is well again."""
        if not self._complained:
            log.error("the outbox cannot be read: %s", error)
        self._complained = True

    async def _finish(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=self._pace.grace)
        left = list(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _handle(self, notice: Leased) -> None:
        """One notice from lease to outcome. When writing the outcome fails, the lease runs out and it is repeated."""
        outcome: Outcome | None = self._refused(notice)
        if outcome is None:
            notice, fresh = await self._completion.of(notice)
            outcome = _remembering(await self._deliver(notice), fresh)
        try:
            await asyncio.shield(asyncio.to_thread(self._settle, notice, outcome))
        except Exception as error:
            log.error("the outcome of notice %s cannot be written: %s", notice.id, type(error).__name__)

    def _refused(self, notice: Leased) -> Dead | None:
        """What was begun too often, as when the worker dies of it every time, or is too old to be news."""
        if notice.attempts > self._pace.attempts:
            return Dead("gave_up:attempts")
        if self._clock() - notice.created_at > self._pace.life:
            return Dead("gave_up:age")
        return None

    async def _deliver(self, notice: Leased) -> Outcome:
        outgoing = Outgoing(notice.id, notice.kind, notice.recipient, notice.text, notice.data, notice.dedupe_key)
        try:
            async with asyncio.timeout(self._pace.delivery):
                return await self._deliverers[notice.channel].deliver(outgoing)
        except Exception as error:
            log.warning("delivering notice %s failed: %s", notice.id, type(error).__name__)
            return Retry(type(error).__name__)

    def _settle(self, notice: Leased, outcome: Outcome) -> None:
        if isinstance(outcome, Retry):
            outcome = self._last_chance(notice, outcome)
        if isinstance(outcome, Delivered):
            self._notices.delivered(notice, dict(outcome.remember))
        elif isinstance(outcome, Held):
            self._notices.held(notice, str(outcome.code), dict(outcome.remember))
        elif isinstance(outcome, Dead):
            log.warning("notice %s over %s is dead: %s", notice.id, notice.channel, outcome.code)
            self._notices.dead(notice, str(outcome.code))
        else:
            self._retry(notice, outcome)

    def _last_chance(self, notice: Leased, outcome: Retry) -> Outcome:
        """A channel that asks for patience gets it; other failures are counted."""
        spent = outcome.after is None and notice.attempts >= self._pace.attempts
        return Dead(f"gave_up:{outcome.code}") if spent else outcome

    def _retry(self, notice: Leased, outcome: Retry) -> None:
        pause = outcome.after if outcome.after is not None else self._pace.pause(notice.attempts, self._jitter())
        due, remember = self._clock() + pause, dict(outcome.remember)
        self._notices.retry(notice, str(outcome.code), due, remember, counts=outcome.after is None)


def _remembering(outcome: Outcome, fresh: dict[str, Any]) -> Outcome:
    """The outcome with what the notice was completed with."""
    if isinstance(outcome, Dead) or not fresh:
        return outcome
    return replace(outcome, remember={**fresh, **outcome.remember})
