"""Delivers notices: leased, in order for each recipient, with back-off, until delivered, held or dead."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.deliveries_log import DeliveryLog, Leased
from connectors.ports import Dead, Delivered, Deliverer, Held, Outcome, Outgoing, Retry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How the worker goes about it."""

    poll: float = 0.3
    """Seconds between looks at an empty outbox."""
    lease: timedelta = timedelta(seconds=60)
    batch: int = 20
    attempts: int = 12
    """After so many a notice is dead."""
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=30)
    delivery: float = 45.0
    """Seconds one delivery may take; less than the lease."""


class OutboxWorker:
    """One of any number of workers over one database."""

    def __init__(
        self,
        notices: DeliveryLog,
        deliverers: Mapping[str, Deliverer],
        clock: Callable[[], datetime],
        pace: Pace | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._notices = notices
        self._deliverers = dict(deliverers)
        self._clock = clock
        self._pace = pace or Pace()
        self._jitter = jitter

    async def run(self, stop: asyncio.Event) -> None:
        """Delivers until `stop`; what is under way is finished."""
        while not stop.is_set():
            try:
                worked = await self.round()
            except Exception as error:
                log.error("the outbox cannot be read: %s", type(error).__name__)
                worked = 0
            if not worked:
                await _pause(stop, self._pace.poll)

    async def round(self) -> int:
        """Takes what is due and delivers it; how many notices that were."""
        pace = self._pace
        claimed = await asyncio.to_thread(self._notices.claim, sorted(self._deliverers), pace.lease, pace.batch)
        await asyncio.gather(*(self._deliver(notice) for notice in claimed))
        return len(claimed)

    async def _deliver(self, notice: Leased) -> None:
        outgoing = Outgoing(notice.id, notice.kind, notice.recipient, notice.text, notice.data, notice.dedupe_key)
        try:
            outcome = await asyncio.wait_for(self._deliverers[notice.channel].deliver(outgoing), self._pace.delivery)
        except Exception as error:
            log.warning("delivering notice %s failed: %s", notice.id, type(error).__name__)
            outcome = Retry(type(error).__name__)
        await asyncio.to_thread(self._settle, notice, outcome)

    def _settle(self, notice: Leased, outcome: Outcome) -> None:
        if isinstance(outcome, Retry) and notice.attempts >= self._pace.attempts:
            outcome = Dead(f"gave_up:{outcome.code}")
        if isinstance(outcome, Delivered):
            self._notices.delivered(notice, dict(outcome.remember))
        elif isinstance(outcome, Held):
            self._notices.held(notice, str(outcome.code), dict(outcome.remember))
        elif isinstance(outcome, Dead):
            log.warning("notice %s over %s is dead: %s", notice.id, notice.channel, outcome.code)
            self._notices.dead(notice, str(outcome.code))
        else:
            due = self._clock() + self._pause_of(notice.attempts, outcome)
            self._notices.retry(notice, str(outcome.code), due, dict(outcome.remember))

    def _pause_of(self, attempts: int, outcome: Retry) -> timedelta:
        """Doubling, with jitter of a quarter; the channel's own wish comes first."""
        if outcome.after is not None:
            return outcome.after
        pause = min(self._pace.first_pause * 2 ** min(attempts - 1, 20), self._pace.longest_pause)
        return timedelta(seconds=pause.total_seconds() * (1 + self._jitter() / 4))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
