"""Delivers notices to liaisons through WeCom group robots."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from connectors.ports import Dead, Delivered, Outcome, Outgoing, Retry
from connectors.wechat.redaction import protect_http_logs
from connectors.wecom import markdown
from connectors.wecom.pace import Pace

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
TOO_OFTEN = 45009
PAUSE = timedelta(seconds=60)
NEVER = frozenset({93000, 93004, 93008, 40008, 40058, 44004, 47001})
"""The robot is gone (unknown key, switched off, not in the group) or refuses the message."""


class WeComRobot:
    """Deliverer of channel "wecom". `key_of` finds the robot of a liaison; it blocks."""

    def __init__(
        self,
        base_url: str,
        key_of: Callable[[str], str | None],
        clock: Callable[[], datetime],
        *,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        protect_http_logs()
        self._url = f"{base_url.rstrip('/')}/cgi-bin/webhook/send"
        self._key_of = key_of
        self._pace = Pace(clock)
        self._http = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """One markdown message; a time-out after sending may repeat it."""
        key = await asyncio.to_thread(self._key_of, outgoing.recipient)
        if key is None:
            return Dead("no_robot")
        wait = self._pace.wait(key)
        if wait is not None:
            return Retry("pace", wait)
        outcome = await self._send(key, markdown.notice(outgoing.text))
        if not isinstance(outcome, Delivered):
            log.info("notice %s was not delivered to the group: %s", outgoing.id, outcome.code)
        return outcome

    async def _send(self, key: str, text: str) -> Delivered | Retry | Dead:
        body = json.dumps({"msgtype": "markdown", "markdown": {"content": text}}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            response = await self._http.post(self._url, params={"key": key}, content=body, headers=headers)
        except httpx.HTTPError as error:
            return Retry(type(error).__name__)
        if response.status_code != httpx.codes.OK:
            return Retry(f"http_{response.status_code}")
        return _outcome(response.content)


def _outcome(body: bytes) -> Delivered | Retry | Dead:
    try:
        answer = json.loads(body)
    except ValueError:
        return Retry("not_json")
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if code == 0:
        return Delivered()
    if not isinstance(code, int):
        return Retry("unexpected_body")
    if code in NEVER:
        return Dead(str(code))
    return Retry(str(code), PAUSE if code == TOO_OFTEN else None)
