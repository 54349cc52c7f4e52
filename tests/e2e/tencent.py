"""WeChat's API for end-to-end tests: the fake on a real socket in a thread, with the window of every person open."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from connectors.demo.account import DemoAccount
from connectors.demo.fake_api import fake_api
from connectors.demo.fake_wechat import FakeWeChat, Sent
from tests.e2e.house import wait_for
from tests.e2e.safe_mode import Account, Person
from tests.fakes.servers import free_socket


@dataclass
class Tencent:
    """The fake and what it delivered."""

    wechat: FakeWeChat
    url: str
    sent: list[Sent] = field(default_factory=list)

    def welcome(self, openid: str) -> None:
        """The person follows the account and has just written."""
        self.wechat.follow(openid)
        self.wechat.windows.opened_by_message(openid)

    def texts(self, openid: str) -> list[str]:
        return [one.text for one in self.sent if one.openid == openid and one.kind == "text"]

    def answer(self, person: Person, text: str) -> str:
        """What the bot says to `text`: at once, or by customer-service message where a slow machine needs longer."""
        before = len(self.texts(person.openid))
        at_once = person.say(text)
        return at_once or str(wait_for(lambda: self.texts(person.openid)[before:], why="for the answer")[0])

    def wait_for(self, openid: str, found: Callable[[str], bool], why: str = "") -> str:
        def look() -> str | None:
            return next((text for text in self.texts(openid) if found(text)), None)

        return str(wait_for(look, why=why or "for a customer-service message"))


@contextmanager
def tencent(account: Account, folder: Path) -> Iterator[Tencent]:
    known = DemoAccount(account.app_id, account.secret, account.token, account.aes_key, account.original_id)
    wechat = FakeWeChat(known, lambda: datetime.now(UTC), folder)
    bound = free_socket()
    server = uvicorn.Server(uvicorn.Config(fake_api(wechat, control=True), log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    running = Tencent(wechat, f"http://127.0.0.1:{bound.getsockname()[1]}")
    wechat.listeners.append(running.sent.append)
    wait_for(lambda: server.started, why="for the fake WeChat API")
    try:
        yield running
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()
