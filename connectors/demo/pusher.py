"""Plays Tencent's push: signs and encrypts, gives up after five seconds, tries three times, checks the answer."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

import httpx

from connectors.demo.account import DemoAccount
from connectors.demo.pushes import Push
from connectors.demo.replies import BODY_LIMIT, BadReplyError, Reply, ReplyReader
from connectors.demo.tencent_crypto import SafeMode, signature

OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"
"""What WeChat shows the user when an account does not answer rightly."""


@dataclass(frozen=True)
class Timing:
    """Seconds: how long WeChat waits, and from one delivery to the next."""

    deadline: float = 5.0
    apart: float = 5.0
    deliveries: int = 3


class AttemptOutcome(StrEnum):
    REPLIED = "replied"
    ACCEPTED = "accepted"
    """`success` or an empty body: nothing is shown."""
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    INVALID = "invalid"


@dataclass(frozen=True)
class Attempt:
    """One delivery; `detail` is a status or the reason why the answer is invalid."""

    number: int
    outcome: AttemptOutcome
    detail: str = ""
    reply: Reply | None = field(default=None, repr=False)

    @property
    def worth_another(self) -> bool:
        again = (AttemptOutcome.TIMED_OUT, AttemptOutcome.UNREACHABLE, AttemptOutcome.HTTP_ERROR)
        return self.outcome in again


@dataclass(frozen=True)
class PushResult:
    """All deliveries of one push; the last one counts."""

    attempts: tuple[Attempt, ...]

    @property
    def reply(self) -> Reply | None:
        return self.attempts[-1].reply

    @property
    def failed(self) -> bool:
        """The user sees OUT_OF_SERVICE."""
        return self.attempts[-1].outcome not in (AttemptOutcome.REPLIED, AttemptOutcome.ACCEPTED)


class Pusher:
    """Delivers pushes to one webhook in safe mode."""

    def __init__(
        self,
        account: DemoAccount,
        webhook_url: str,
        clock: Callable[[], datetime],
        timing: Timing | None = None,
    ) -> None:
        self._account = account
        self._webhook_url = webhook_url
        self._clock = clock
        self._timing = timing or Timing()
        self._safe_mode = SafeMode(account.aes_key, account.app_id)
        self._reader = ReplyReader(account)
        self._http = httpx.AsyncClient(timeout=None, trust_env=False, follow_redirects=False)  # noqa: S113

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def verify(self) -> bool:
        """The address check WeChat makes when the push settings are saved."""
        timestamp, nonce = self._stamp()
        echo = str(secrets.randbelow(10**19))
        params = {
            "signature": signature(self._account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        try:
            async with asyncio.timeout(self._timing.deadline):
                response = await self._http.get(self._webhook_url, params=params)
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == httpx.codes.OK and response.text == echo

    async def push(self, push: Push, on_attempt: Callable[[Attempt], None] | None = None) -> PushResult:
        """Deliver until something valid comes back, at most `deliveries` times; `on_attempt` hears of each."""
        body = self._envelope(push)
        attempts: list[Attempt] = []
        for number in range(1, self._timing.deliveries + 1):
            pause = asyncio.create_task(asyncio.sleep(self._timing.apart))
            try:
                attempt = await self._attempt(number, body, push.openid)
                attempts.append(attempt)
                if on_attempt:
                    on_attempt(attempt)
                if not attempt.worth_another or number == self._timing.deliveries:
                    break
                await pause
            finally:
                pause.cancel()
        return PushResult(tuple(attempts))

    async def _attempt(self, number: int, body: "_Envelope", openid: str) -> Attempt:
        timestamp, nonce = self._stamp()
        try:
            async with asyncio.timeout(self._timing.deadline):
                status, answer = await self._post(body, self._query(body, openid, timestamp, nonce))
        except TimeoutError:
            return Attempt(number, AttemptOutcome.TIMED_OUT)
        except httpx.HTTPError as error:
            return Attempt(number, AttemptOutcome.UNREACHABLE, type(error).__name__)
        if status != httpx.codes.OK:
            return Attempt(number, AttemptOutcome.HTTP_ERROR, str(status))
        try:
            reply = self._reader.read(answer, openid, nonce)
        except BadReplyError as error:
            return Attempt(number, AttemptOutcome.INVALID, error.code)
        return Attempt(number, AttemptOutcome.REPLIED if reply else AttemptOutcome.ACCEPTED, "", reply)

    async def _post(self, body: "_Envelope", query: dict[str, str]) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml"}
        answer = b""
        async with self._http.stream(
            "POST", self._webhook_url, params=query, content=body.xml, headers=headers
        ) as response:
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > BODY_LIMIT:
                    break
        return response.status_code, answer

    def _envelope(self, push: Push) -> "_Envelope":
        encrypted = self._safe_mode.encrypt(push.xml())
        to = self._account.original_id
        xml = f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return _Envelope(encrypted, xml.encode())

    def _query(self, body: "_Envelope", openid: str, timestamp: str, nonce: str) -> dict[str, str]:
        return {
            "signature": signature(self._account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature(self._account.token, timestamp, nonce, body.encrypted),
        }

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock().timestamp())), str(secrets.randbelow(9 * 10**8) + 10**8)


@dataclass(frozen=True)
class _Envelope:
    encrypted: str
    xml: bytes
