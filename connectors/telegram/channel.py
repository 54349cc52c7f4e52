"""Telegram for liaisons: polls for what they do, and has the sender for what they are told."""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.services.case_desk import CaseDesk
from connectors.telegram.handlers import LiaisonHandlers
from connectors.telegram.sender import TelegramSender
from connectors.telegram.wording import Texts, load_texts
from connectors.wechat.redaction import protect_http_logs

log = logging.getLogger(__name__)

UPDATES = ("message", "callback_query")
POLL = timedelta(seconds=25)
AT_ONCE = 8
"""Updates that are worked on at the same time."""
STOP_SECONDS = 8.0
PAUSES = (1.0, 5.0, 15.0, 60.0)
TOKEN_PAUSE = 600.0


class TelegramChannel:
    """`proxy`: address of the proxy that reaches Telegram, empty for none; the environment's is not used."""

    def __init__(
        self,
        token: str,
        api_url: str,
        desk: CaseDesk,
        address_of: Callable[[str], int | None],
        *,
        proxy: str = "",
        texts: Texts | None = None,
        poll: timedelta = POLL,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`pauses`: seconds between attempts to reach Telegram, the last one from then on."""
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        _protect_logs()
        base_url = f"{api_url.rstrip('/')}/bot"
        self._poll, self._pauses = poll, tuple(pauses)
        sending, acting, polling = self._requests = [_request(proxy) for _ in range(3)]
        self.sender = TelegramSender(Bot(token, base_url=base_url, request=sending), address_of)
        self._application: Application[Any, Any, Any, Any, Any, Any] = (
            Application.builder()
            .token(token)
            .base_url(base_url)
            .request(acting)
            .get_updates_request(polling)
            .concurrent_updates(AT_ONCE)
            .job_queue(None)
            .build()
        )
        LiaisonHandlers(desk, texts or load_texts()).register(self._application)

    async def run(self, stop: asyncio.Event) -> None:
        """Polls until `stop`; while Telegram cannot be reached, tries again and again."""
        failures = 0
        while not stop.is_set():
            pause = self._pauses[min(failures, len(self._pauses) - 1)]
            try:
                await self._poll_until(stop)
            except InvalidToken:
                log.error("Telegram refuses the token of the setting ZHULI_TELEGRAM_TOKEN")
                pause = TOKEN_PAUSE
            except TelegramError as error:
                log.warning("Telegram cannot be reached: %s", type(error).__name__)
            except Exception as error:
                log.error("polling Telegram broke off: %s", type(error).__name__)
            failures += 1
            await _wait(stop, pause)

    async def close(self) -> None:
        """Ends all connections; after `run`, which leaves those of an attempt that failed."""
        for request in self._requests:
            await request.shutdown()

    async def _poll_until(self, stop: asyncio.Event) -> None:
        """Raises TelegramError when polling cannot begin."""
        application, updater = self._application, self._application.updater
        assert updater is not None
        async with application:
            await application.start()
            try:
                await updater.start_polling(
                    timeout=self._poll, allowed_updates=UPDATES, drop_pending_updates=False, error_callback=_lost
                )
                await stop.wait()
            finally:
                await _bounded(_stop(application))


async def _stop(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    """What was fetched is worked off."""
    if application.updater is not None and application.updater.running:
        await application.updater.stop()
    await application.stop()


async def _bounded(stopping: Any) -> None:
    try:
        await asyncio.wait_for(stopping, STOP_SECONDS)
    except TimeoutError:
        log.warning("Telegram did not stop in time")


def _lost(error: TelegramError) -> None:
    """Polling goes on by itself; a conflict means that another process polls with the same token."""
    log.warning("polling Telegram failed: %s", type(error).__name__)


def _protect_logs() -> None:
    """The library's DEBUG lines hold the token and what people wrote, the HTTP client's the address with the token."""
    protect_http_logs()
    library = logging.getLogger("telegram")
    library.setLevel(max(library.level, logging.INFO))


def _request(proxy: str) -> HTTPXRequest:
    return HTTPXRequest(proxy=proxy or None, httpx_kwargs={"trust_env": False, "verify": _certificates()})


@cache
def _certificates() -> ssl.SSLContext:
    """Reading them takes long; all connections share them."""
    return httpx.create_ssl_context(trust_env=False)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
