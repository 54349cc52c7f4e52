"""What a notice gets before its first delivery, because it took too long for the transaction that wrote it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bot.services.case_notices import PROPOSALS
from bot.services.deliveries_log import Leased

log = logging.getLogger(__name__)
Lines = Callable[[str, str], str]
"""(demand_no, channel) → one line, empty for none. Blocks, and may fail."""


class Completion:
    """Names experts and results in a liaison's message, worked out here and not where the notice is written.

    Notices are written in the transaction of a case, with the only write lock of SQLite or the rows of all stations in
    question; the encoders take 30–50 ms, seconds when they load. Nobody waits for the worker. What was worked out is
    kept with the notice, so that every later attempt says the same; what goes wrong or takes longer than `limit`
    (seconds) is left out, and the message goes without.
    """

    def __init__(self, lines: Lines, limit: float) -> None:
        self._lines = lines
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, "proposals")

    async def of(self, notice: Leased) -> tuple[Leased, dict[str, Any]]:
        """The notice as it is to be delivered, and what is to be remembered of it; most notices as they are."""
        if PROPOSALS not in notice.data or notice.demand_no is None:
            return notice, {}
        line, fresh = notice.data[PROPOSALS], dict[str, Any]()
        if line is None:
            line = await self._worked_out(notice, notice.demand_no)
            fresh = {PROPOSALS: line}
        return replace(notice, text=before_link(notice.text, line), data=notice.data | fresh), fresh

    def close(self) -> None:
        """What runs still ends by itself; its result is of no use any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _worked_out(self, notice: Leased, demand_no: str) -> str:
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._lines, demand_no, notice.channel)
        try:
            async with asyncio.timeout(self._limit):
                return await work
        except Exception as error:
            log.warning("notice %s goes out without proposals: %s", notice.id, type(error).__name__)
            return ""


def before_link(text: str, line: str) -> str:
    """The text with one more line before its last, which is the link."""
    body, _, link = text.rpartition("\n")
    return "\n".join(part for part in (body, line, link) if part)
