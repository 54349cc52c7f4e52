"""Doing what Telegram asked to wait with, and what a lost connection swallowed, once more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from connectors.ports import Retry
from connectors.telegram.errors import outcome_of

log = logging.getLogger(__name__)
T = TypeVar("T")
LONGEST = timedelta(seconds=20)
ATTEMPTS = 3


async def patiently(call: Callable[[], Awaitable[T]], attempts: int = ATTEMPTS) -> T:
    """The result of `call`; flood limits are waited for, lost connections tried again at once.

    Raises TelegramError when it cannot be done. Only for calls that may be repeated.
    """
    for _ in range(attempts - 1):
        try:
            return await call()
        except TelegramError as error:
            await _wait_for(error)
    return await call()


async def _wait_for(error: TelegramError) -> None:
    """Raises `error` when waiting would not help."""
    passing = isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))
    outcome = outcome_of(error)
    pause = outcome.after or timedelta() if isinstance(outcome, Retry) else timedelta()
    if not passing or pause > LONGEST:
        raise error
    log.info("Telegram is tried again: %s", type(error).__name__)
    await asyncio.sleep(pause.total_seconds())
