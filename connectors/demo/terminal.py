"""Chat in the terminal: plays WeChat against a running bot, over the real protocol."""

import asyncio
import contextlib
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

import httpx

from connectors.demo.account import DemoAccount
from connectors.demo.lines import lines_of
from connectors.demo.pusher import AttemptOutcome, Pusher, PushResult, Timing
from connectors.demo.pushes import Push, Pushes
from connectors.demo.texts import table, text

ANSWER_PATIENCE = 30.0
"""Seconds to wait for a customer-service message after an answer without text."""
_DEFAULT_PLACE = (30.8146, 103.8933, "四川省成都市郫都区德源街道菁蓉镇")


@dataclass
class _Streams:
    lines: TextIO
    out: TextIO

    @property
    def interactive(self) -> bool:
        return self.lines.isatty()

    def say(self, prefix: str, words: str) -> None:
        """One answer; further lines are indented under the first."""
        indent = "\n" + "　" * len(prefix)
        print(prefix + words.replace("\n", indent), file=self.out, flush=True)


def run(
    webhook_url: str,
    app_id: str,
    token: str,
    aes_key: str,
    original_id: str,
    events_url: str | None = None,
    *,
    lines: TextIO | None = None,
    out: TextIO | None = None,
    timing: Timing | None = None,
    patience: float = ANSWER_PATIENCE,
) -> int:
    """Reads lines until the input ends or /退出, prints the answers; 0, or 1 when a message got no valid answer.

    `events_url`: the demo's address (http://…/demo), from which customer-service messages are followed.
    """
    account = DemoAccount(app_id, "", token, aes_key, original_id or "gh_terminal0000")
    streams = _Streams(lines or sys.stdin, out or sys.stdout)
    try:
        return asyncio.run(_chat(account, webhook_url, events_url, streams, timing, patience))
    except KeyboardInterrupt:
        return 0


async def _chat(
    account: DemoAccount,
    webhook_url: str,
    events_url: str | None,
    streams: _Streams,
    timing: Timing | None,
    patience: float,
) -> int:
    async with Pusher(account, webhook_url, _now, timing) as pusher, httpx.AsyncClient(trust_env=False) as http:
        mailbox = await _Mailbox.open(http, events_url) if events_url else None
        session = _Session(account, pusher, mailbox, streams, patience)
        return await session.run()


def _now() -> datetime:
    return datetime.now(UTC)


class MailboxGoneError(Exception):
    """The demo does not answer any more."""


class _Mailbox:
    """The user's phone in the running demo, where customer-service messages arrive."""

    def __init__(self, http: httpx.AsyncClient, url: str, openid: str) -> None:
        self._http = http
        self._url = url
        self._seen = 0
        self.openid = openid

    @classmethod
    async def open(cls, http: httpx.AsyncClient, demo_url: str) -> "_Mailbox | None":
        """None when no demo answers there."""
        url = demo_url.rstrip("/") + "/api/phones"
        try:
            response = await http.post(url, json={"name": "terminal"}, timeout=5.0)
            openid = str(response.json()["openid"])
        except (httpx.HTTPError, ValueError, KeyError):
            return None
        return cls(http, f"{url}/{openid}", openid)

    async def note(self, given: dict[str, str]) -> None:
        """Tell the demo what was pushed, so that WeChat's windows open; without a demo nothing is told."""
        with contextlib.suppress(httpx.HTTPError):
            await self._http.post(f"{self._url}/outside", json=given, timeout=5.0)

    async def next(self, seconds: float) -> list[str]:
        """The texts that arrive within `seconds`; waits for the first only. Raises MailboxGoneError."""
        params = {"after": self._seen, "wait": seconds}
        try:
            response = await self._http.get(f"{self._url}/events", params=params, timeout=seconds + 5.0)
            events = response.json()["events"]
        except (httpx.HTTPError, ValueError, KeyError):
            raise MailboxGoneError from None
        self._seen = events[-1]["seq"] if events else self._seen
        return [str(event["text"]) for event in events if event["side"] == "bot"]


class _Session:
    """One user's conversation."""

    def __init__(
        self,
        account: DemoAccount,
        pusher: Pusher,
        mailbox: _Mailbox | None,
        streams: _Streams,
        patience: float,
    ) -> None:
        self._pusher = pusher
        self._pushes = Pushes(account, _now)
        self._mailbox = mailbox
        self._streams = streams
        self._patience = patience
        self._openid = mailbox.openid if mailbox else "o" + secrets.token_urlsafe(32)[:27]
        self._failed = False

    async def run(self) -> int:
        if self._streams.interactive:
            self._streams.say("", text("greeting").rstrip())
        listener = asyncio.create_task(self._listen()) if self._streams.interactive else None
        try:
            async for line in lines_of(self._streams.lines):
                if not await self._handle(line.strip()):
                    break
        finally:
            if listener:
                listener.cancel()
        return 1 if self._failed else 0

    async def _handle(self, line: str) -> bool:
        """False to end. Anything that is not exactly a command goes to the bot, "/restart" too."""
        command = table("commands").get(line)
        if command == "quit":
            return False
        if command is not None:
            await self._send(*self._special(command))
        elif line:
            await self._send(self._pushes.text(self._openid, line), {"text": line})
        return True

    def _special(self, kind: str) -> tuple[Push, dict[str, str]]:
        media_id = secrets.token_urlsafe(40)
        makers: dict[str, Callable[[], Push]] = {
            "image": lambda: self._pushes.image(self._openid, "http://127.0.0.1/photo.jpg", media_id),
            "voice": lambda: self._pushes.voice(self._openid, media_id),
            "location": lambda: self._pushes.location(self._openid, *_DEFAULT_PLACE),
            "subscribe": lambda: self._pushes.subscribe(self._openid),
            "unsubscribe": lambda: self._pushes.unsubscribe(self._openid),
        }
        events = ("subscribe", "unsubscribe")
        return makers[kind](), {"event": kind} if kind in events else {"text": kind}

    async def _send(self, push: Push, note: dict[str, str]) -> None:
        if self._mailbox:
            if not self._streams.interactive:
                await self._show_messages(0)
            await self._mailbox.note(note)
        result = await self._pusher.push(push)
        self._show_attempts(result)
        if result.failed:
            self._failed = True
            self._streams.say(text("system"), text("out_of_service"))
        elif result.reply is not None:
            self._streams.say(text("bot"), result.reply.text)
        elif self._mailbox and not self._streams.interactive and note.get("event") != "unsubscribe":
            await self._await_message()

    async def _await_message(self) -> None:
        """A script's next line waits for the customer-service message that answers this one."""
        ends = asyncio.get_running_loop().time() + self._patience
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            if await self._show_messages(min(left, 10.0)):
                return

    async def _show_messages(self, seconds: float) -> bool:
        """Whether the wait is over: something was shown, or nothing can come any more."""
        if self._mailbox is None:
            return True
        try:
            messages = await self._mailbox.next(seconds)
        except MailboxGoneError:
            self._mailbox = None
            return True
        for message in messages:
            self._streams.say(text("bot"), message)
        return bool(messages)

    async def _listen(self) -> None:
        while self._mailbox:
            await self._show_messages(15.0)

    def _show_attempts(self, result: PushResult) -> None:
        for attempt in result.attempts:
            if attempt.outcome not in (AttemptOutcome.REPLIED, AttemptOutcome.ACCEPTED):
                words = text(f"attempt.{attempt.outcome}", number=attempt.number, detail=attempt.detail)
                self._streams.say(text("system"), words)
