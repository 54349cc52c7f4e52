"""The fake WeChat API on a real socket, and clients of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from bot.services.wechat_token import WeChatTokenStore
from connectors.demo.account import DemoAccount
from connectors.demo.fake_api import fake_api
from connectors.demo.fake_wechat import FakeWeChat, Sent, Template
from connectors.wechat.api import WeChatApi
from models import Database
from tests.fakes.servers import serve

ACCOUNT = DemoAccount(
    app_id="wx0123456789abcdef",
    app_secret="0123456789abcdef0123456789abcdef",
    token="testtoken",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    original_id="gh_0123456789ab",
)
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"
TEMPLATES = {"tmpl-taken": Template("需求进度提醒", {"thing1": "需求", "phrase2": "状态"})}
SHORT = httpx.Timeout(0.3)


@dataclass
class RunningFake:
    """The fake, its address and what it delivered."""

    wechat: FakeWeChat
    url: str
    sent: list[Sent]

    def texts(self) -> list[str]:
        return [sent.text for sent in self.sent if sent.kind == "text"]

    def calls(self, path: str) -> int:
        return sum(1 for call in self.wechat.journal if call.path == f"/cgi-bin/{path}")


@asynccontextmanager
async def running_fake(clock: Callable[[], datetime], directory: Path) -> AsyncIterator[RunningFake]:
    """A fake account with one follower, OPENID, who has not written yet."""
    wechat = FakeWeChat(ACCOUNT, clock, directory, TEMPLATES)
    wechat.follow(OPENID)
    sent: list[Sent] = []
    wechat.listeners.append(sent.append)
    async with serve(fake_api(wechat, control=True)) as url:
        yield RunningFake(wechat, url, sent)


def client(
    fake: RunningFake, database: Database, clock: Callable[[], datetime], timeout: httpx.Timeout | None = None
) -> WeChatApi:
    store = WeChatTokenStore(database, clock, ACCOUNT.app_id)
    return WeChatApi(fake.url, ACCOUNT.app_id, ACCOUNT.app_secret, store, clock, timeout=timeout or httpx.Timeout(5.0))
