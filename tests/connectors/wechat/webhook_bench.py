"""The webhook on a real socket, over a real database, with a dialogue that a test can hold."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.core.choices import Layout
from bot.runtime.turns import BotReply, Turn, UserTurn
from bot.services.conversations import ConversationLog
from bot.services.deliveries import Deliveries
from bot.services.inbox import Inbox
from bot.services.spill import Spill
from connectors.demo.account import DemoAccount
from connectors.demo.pusher import Pusher, PushResult, Timing
from connectors.demo.pushes import Push, Pushes
from connectors.demo.replies import ReplyReader
from connectors.wechat.channel import Account, WeChatInput
from connectors.wechat.desk import Desk
from connectors.wechat.limits import Limits
from connectors.wechat.replies import passive_parts
from connectors.wechat.wording import load_menu, load_texts
from models import Database
from tests.fakes.servers import free_socket

ACCOUNT = DemoAccount("wx0123456789abcdef", "s" * 32, "token-of-the-test", "k" * 43, "gh_0123456789ab")
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ12"
SENDER = f"{ACCOUNT.app_id}:{OPENID}"
LIMITS = Limits(passive=50.0, store=50.0, upkeep=60.0)
PATIENT = Timing(deadline=60.0)
"""Longer than any machine needs: a test that wants slowness says so."""


@dataclass
class Parrot:
    """Says back what it heard; records through the log as Rasa's tracker store does."""

    log: ConversationLog
    heard: list[UserMessage] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    reply: str | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    before_record: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(message)
        self.entered.set()
        await self.gate.wait()
        if self.before_record:
            self.before_record()
        user = UserTurn(message.text, "inform", 0.9, [], [], message.metadata, time.time())
        said = self.reply if self.reply is not None else f"听到：{message.text}"
        turn = Turn(
            events=[{"event": "user", "text": message.text}],
            snapshot=False,
            user=user,
            replies=[BotReply(said, list(self.buttons))],
            open_question="problem",
            slots={},
            latency_ms=1,
        )
        await asyncio.to_thread(self.log.record, message.sender_id, turn)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.heard]


@dataclass
class Webhook:
    """A running channel and what stands behind it."""

    url: str
    desk: Desk
    parrot: Parrot
    log: ConversationLog
    inbox: Inbox
    database: Database
    clock: Callable[[], datetime]
    spill: Spill

    def pushes(self) -> Pushes:
        return Pushes(ACCOUNT, self.clock)

    async def say(self, text: str, openid: str = OPENID) -> str | None:
        """The passive reply; None for `success`."""
        return await self.push(self.pushes().text(openid, text))

    async def push(self, push: Push) -> str | None:
        result = await self.deliver(push)
        assert not result.failed, result
        return result.reply.text if result.reply else None

    async def deliver(self, push: Push) -> PushResult:
        async with Pusher(ACCOUNT, self.url, self.clock, PATIENT) as pusher:
            return await pusher.push(push)

    async def abandon(self, push: Push) -> None:
        """Deliver once and hang up while the dialogue, whose gate is closed, works on it."""
        self.parrot.entered.clear()
        delivery = asyncio.create_task(self.deliver(push))
        await self.parrot.entered.wait()
        delivery.cancel()
        await asyncio.wait([delivery])
        assert delivery.cancelled()


@asynccontextmanager
async def webhook(
    database: Database,
    clock: Callable[[], datetime],
    folder: Path,
    limits: Limits = LIMITS,
    aes_keys: Sequence[str] = (ACCOUNT.aes_key,),
    forget: Callable[[str], Any] | None = None,
) -> AsyncIterator[Webhook]:
    """A bot process's channel, as the bootstrap puts it together."""
    deliveries, texts = Deliveries(), load_texts()
    inbox = Inbox(database, clock)
    log = ConversationLog(database, clock, inbox.owner, Layout(texts.choice_hint, passive_parts), deliveries)
    spill = Spill(folder / "inbox-spill.jsonl", database.cipher)
    desk = Desk(inbox, log, deliveries, spill, texts, forget, limits)
    account = Account(ACCOUNT.app_id, ACCOUNT.token, aes_keys, ACCOUNT.original_id)
    channel = WeChatInput(account, desk, texts, load_menu(), clock)
    parrot = Parrot(log)
    Sanic.test_mode = True  # several apps in one process
    app = Sanic(f"test_{secrets.token_hex(6)}", configure_logging=False)
    app.blueprint(channel.blueprint(parrot), url_prefix="/webhooks/wechat")
    bound = free_socket()
    server = await app.create_server(sock=bound, return_asyncio_server=True, access_log=False)
    await server.startup()
    await channel.start()
    try:
        port = bound.getsockname()[1]
        url = f"http://127.0.0.1:{port}/webhooks/wechat/webhook"
        yield Webhook(url, desk, parrot, log, inbox, database, clock, spill)
    finally:
        parrot.gate.set()
        await channel.desk.stop(1.0)
        server.close()
        await server.wait_closed()


class Signed:
    """Requests made by hand, to bend them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def query(self, encrypted: str, **changes: str) -> dict[str, str]:
        from connectors.demo.tencent_crypto import signature

        timestamp = changes.get("timestamp", str(int(self._clock().timestamp())))
        nonce = changes.get("nonce", str(secrets.randbelow(10**9)))
        signed = signature(ACCOUNT.token, timestamp, nonce, encrypted)
        return {
            "signature": signature(ACCOUNT.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": OPENID,
            "encrypt_type": "aes",
            "msg_signature": signed,
        } | changes

    def encrypted(self, inner: bytes, key: str = ACCOUNT.aes_key, app_id: str = ACCOUNT.app_id) -> str:
        from connectors.demo.tencent_crypto import SafeMode

        return SafeMode(key, app_id).encrypt(inner)

    def body(self, encrypted: str) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{ACCOUNT.original_id}]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        ).encode()

    def reply(self, answer: httpx.Response, nonce: str) -> str:
        reply = ReplyReader(ACCOUNT).read(answer.content, OPENID, nonce)
        return reply.text if reply else ""


def short(**limits: Any) -> Limits:
    """Limits for tests of slowness."""
    return replace(LIMITS, **limits)
