"""What the worker process does beside delivering: the clock of the cases, files from WeChat, retention."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.services.cases import CaseService
from bot.services.media import MediaService, Wanted
from bot.services.privacy import PrivacyService
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, MediaTooLargeError, UnreachableError

log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between looks at the clock."""
MEDIA_EVERY = 3.0
RETENTION_EVERY = timedelta(hours=24)
GONE = (40007, 41006)


async def keep_time(
    cases: CaseService, privacy: PrivacyService, clock: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Reminds and moves on every minute; drops what was kept long enough once a day."""
    cleaned: datetime | None = None
    while not stop.is_set():
        now = clock()
        try:
            await asyncio.to_thread(cases.tick, now)
            if cleaned is None or now - cleaned >= RETENTION_EVERY:
                await asyncio.to_thread(privacy.run_retention)
                cleaned = now
        except Exception as error:
            log.error("the clock's round failed: %s", type(error).__name__)
        await pause(stop, EVERY)


async def fetch_media(media: MediaService, api: WeChatApi, folder: Path, stop: asyncio.Event) -> None:
    """Downloads what people sent before WeChat drops it."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    while not stop.is_set():
        try:
            for wanted in await asyncio.to_thread(media.wanted):
                await _fetch(media, api, folder, wanted)
        except Exception as error:
            log.error("fetching media failed: %s", type(error).__name__)
        await pause(stop, MEDIA_EVERY)


async def _fetch(media: MediaService, api: WeChatApi, folder: Path, wanted: Wanted) -> None:
    try:
        found = await api.download_media(wanted.media_id, folder / wanted.name)
    except MediaTooLargeError:
        await asyncio.to_thread(media.lost, wanted.id)
    except ApiError as error:
        await asyncio.to_thread(media.lost if error.errcode in GONE else media.failed, wanted.id)
    except UnreachableError:
        await asyncio.to_thread(media.failed, wanted.id)
    else:
        await asyncio.to_thread(media.stored, wanted.id, found.path.name, found.content_type, found.size)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Until `stop`, at most so long."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
