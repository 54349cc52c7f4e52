"""What the worker process does beside delivering: the clock of the cases, files from WeChat, retention."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.services.cases import CaseService
from bot.services.handover import HandoverService
from bot.services.media import MediaKeeper
from bot.services.privacy import PrivacyService

log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between looks at the clock."""
MEDIA_EVERY = 3.0
RETENTION_EVERY = timedelta(hours=24)
SWEEP_EVERY = 1200
"""Rounds of fetching."""


async def keep_time(
    cases: CaseService,
    handovers: HandoverService,
    privacy: PrivacyService,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
) -> None:
    """Reminds, moves on and ends idle hand-overs every minute; drops what was kept long enough once a day."""
    cleaned: datetime | None = None
    while not stop.is_set():
        now = clock()
        try:
            await asyncio.to_thread(cases.tick, now)
            await asyncio.to_thread(handovers.hand_back_idle)
            if cleaned is None or now - cleaned >= RETENTION_EVERY:
                await asyncio.to_thread(privacy.run_retention)
                cleaned = now
        except Exception as error:
            log.error("the clock's round failed: %s", type(error).__name__)
        await pause(stop, EVERY)


async def fetch_media(media: MediaKeeper, stop: asyncio.Event) -> None:
    """Fetches what people sent before WeChat drops it, and sweeps away files that nobody names any more."""
    rounds = 0
    while not stop.is_set():
        try:
            await media.fetch_pending()
            if rounds % SWEEP_EVERY == 0:
                await asyncio.to_thread(media.sweep)
        except Exception as error:
            log.error("fetching media failed: %s", type(error).__name__)
        rounds += 1
        await pause(stop, MEDIA_EVERY)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Until `stop`, at most so long."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
