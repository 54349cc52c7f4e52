"""Telegram for liaisons: polls for what they do, and has the sender for what they are told."""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
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
AT_ONCE = 8
"""Updates that are worked on at the same time."""


@dataclass(frozen=True)
class Times:
    """Seconds, but for `poll`."""

    poll: timedelta = timedelta(seconds=25)
    """How long Telegram holds a poll that has nothing to tell."""
    answer: float = 5.0
    """How long it may take to answer."""
    pauses: tuple[float, ...] = (1.0, 5.0, 15.0, 60.0)
    """Between attempts to reach it, the last one from then on."""
    token_pause: float = 600.0
    stop: float = 8.0

    def pause(self, failures: int) -> float:
        return self.pauses[min(failures, len(self.pauses) - 1)]


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
        times: Times | None = None,
    ) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        _protect_logs()
        base_url = f"{api_url.rstrip('/')}/bot"
        self._times = times or Times()
        sending, acting, polling = self._requests = [_request(proxy, self._times.answer) for _ in range(3)]
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
            pause = self._times.pause(failures)
            try:
                await self._attempt(stop)
            except InvalidToken:
                log.error("Telegram refuses the token of the setting ZHULI_TELEGRAM_TOKEN")
                pause = self._times.token_pause
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

    async def _attempt(self, stop: asyncio.Event) -> None:
        """Polls until `stop`; does not wait long for a Telegram that does not answer. Raises TelegramError."""
        polling, stopped = asyncio.create_task(self._poll_until(stop)), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({polling, stopped}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait_for(polling, self._times.stop)
        except TimeoutError:
            log.warning("Telegram did not stop in time")
        finally:
            stopped.cancel()

    async def _poll_until(self, stop: asyncio.Event) -> None:
        """Raises TelegramError when polling cannot begin."""
        application, updater = self._application, self._application.updater
        assert updater is not None
        async with application:
            await application.start()
            try:
                await updater.start_polling(
                    timeout=self._times.poll, allowed_updates=UPDATES, drop_pending_updates=False, error_callback=_lost
                )
                await stop.wait()
            finally:
                await _stop(application)


async def _stop(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    """What was fetched is worked off."""
    if application.updater is not None and application.updater.running:
        await application.updater.stop()
    await application.stop()


def _lost(error: TelegramError) -> None:
    """Polling goes on by itself; a conflict means that another process polls with the same token."""
    log.warning("polling Telegram failed: %s", type(error).__name__)


def _protect_logs() -> None:
    """The library's DEBUG lines hold the token and what people wrote, the HTTP client's the address with the token."""
    protect_http_logs()
    library = logging.getLogger("telegram")
    library.setLevel(max(library.level, logging.INFO))


def _request(proxy: str, answer: float) -> HTTPXRequest:
    options = {"trust_env": False, "verify": _certificates()}
    return HTTPXRequest(proxy=proxy or None, read_timeout=answer, httpx_kwargs=options)


@cache
def _certificates() -> ssl.SSLContext:
    """Reading them takes long; all connections share them."""
    return httpx.create_ssl_context(trust_env=False)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
