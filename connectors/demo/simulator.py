"""The simulator as a web application: the page, its JSON API, the fake WeChat API and the fake group robot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from connectors.demo.account import DemoAccount
from connectors.demo.fake_api import fake_api
from connectors.demo.fake_wechat import FakeWeChat, Template
from connectors.demo.phones import Phones
from connectors.demo.player import Player
from connectors.demo.pusher import Pusher, Timing
from connectors.demo.robots import Robots
from connectors.demo.simulator_api import SimulatorApi

STATIC = Path(__file__).with_name("static")
POLICY = "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Demo:
    """Everything that plays WeChat and WeCom; `app` is mounted at `public_url`'s path."""

    account: DemoAccount
    wechat: FakeWeChat
    phones: Phones
    robots: Robots
    player: Player
    app: ASGIApp

    async def close(self) -> None:
        """To be called when the server stops: mounted applications have no end of their own."""
        for phone in self.phones.all():
            phone.feed.wake()
        self.robots.feed.wake()
        await self.player.close()


def build_demo(
    account: DemoAccount,
    webhook_url: str,
    directory: Path,
    clock: Callable[[], datetime],
    *,
    public_url: str,
    templates: Mapping[str, Template] | None = None,
    menu: Mapping[str, Any] | None = None,
    timing: Timing | None = None,
) -> Demo:
    """The demo's WeChat for the bot at `webhook_url`; history in `directory`; reachable itself at `public_url`.

    `menu`: as menu/create takes it, when the account should have one from the start.
    """
    wechat = FakeWeChat(account, clock, directory / "media", templates)
    wechat.menu = dict(menu) if menu else None
    phones = Phones(directory / "phones", wechat, clock)
    robots = Robots(directory / "robots.jsonl", clock)
    pusher = Pusher(account, webhook_url, clock, timing)
    picture_url = f"{public_url.rstrip('/')}/wechat-api/picture/"
    player = Player(wechat, phones, pusher, clock, picture_url)
    return Demo(account, wechat, phones, robots, player, _app(wechat, phones, robots, player, clock))


def _app(wechat: FakeWeChat, phones: Phones, robots: Robots, player: Player, clock: Callable[[], datetime]) -> ASGIApp:
    api = SimulatorApi(wechat, phones, robots, player, clock)
    return Starlette(
        routes=[
            Route("/", _page, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/api/phones", api.list_phones, methods=["GET"]),
            Route("/api/phones", api.create_phone, methods=["POST"]),
            Route("/api/phones/{openid}/events", api.phone_events, methods=["GET"]),
            Route("/api/phones/{openid}/messages", api.send, methods=["POST"]),
            Route("/api/phones/{openid}/images", api.send_image, methods=["POST"]),
            Route("/api/phones/{openid}/outside", api.record_outside, methods=["POST"]),
            Route("/api/robots/events", api.robot_events, methods=["GET"]),
            Route("/wecom/webhook/send", api.robot_send, methods=["POST"]),
            Route("/wecom/cgi-bin/webhook/send", api.robot_send, methods=["POST"]),
            Mount("/wechat-api", fake_api(wechat, control=True)),
        ]
    )


async def _page(_: Request) -> Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "simulator.html", media_type="text/html; charset=utf-8", headers=headers)
