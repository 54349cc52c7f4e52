"""The simulator's JSON API: phones, what their users do, and what the group robot was told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.demo.fake_wechat import FakeWeChat
from connectors.demo.feed import Feed
from connectors.demo.phones import Phone, Phones, TooManyPhonesError
from connectors.demo.player import IMAGE_LIMIT, NotSendableError, Player
from connectors.demo.robots import NOT_JSON, Robots

LONGEST_WAIT = 4.0
"""Seconds; shorter than a server waits for open requests when it stops."""


class _RefusedError(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.response = JSONResponse({"error": reason}, status_code=status)


def _refusable(
    handler: Callable[["SimulatorApi", Request], Awaitable[Response]],
) -> Callable[["SimulatorApi", Request], Awaitable[Response]]:
    async def endpoint(api: "SimulatorApi", request: Request) -> Response:
        try:
            return await handler(api, request)
        except _RefusedError as error:
            return error.response
        except NotSendableError as error:
            return JSONResponse({"error": error.reason}, status_code=409)
        except TooManyPhonesError:
            return JSONResponse({"error": "too_many_phones"}, status_code=409)

    return endpoint


class SimulatorApi:
    """The JSON API of the page and the terminal."""

    def __init__(
        self,
        wechat: FakeWeChat,
        phones: Phones,
        robots: Robots,
        player: Player,
        clock: Callable[[], datetime],
    ) -> None:
        self._wechat = wechat
        self._phones = phones
        self._robots = robots
        self._player = player
        self._clock = clock

    async def list_phones(self, _: Request) -> Response:
        phones = [{"openid": phone.openid, "name": phone.name} for phone in self._phones.all()]
        return JSONResponse({"account": self._wechat.account.name, "phones": phones})

    @_refusable
    async def create_phone(self, request: Request) -> Response:
        """{"name"?, "subscribe"?}: a new user, who follows the account at once when asked for."""
        given = await _json(request)
        phone = self._phones.create(str(given.get("name", "")))
        if given.get("subscribe"):
            self._player.act(phone, {"type": "subscribe"})
        return JSONResponse({"openid": phone.openid, "name": phone.name}, status_code=201)

    @_refusable
    async def phone_events(self, request: Request) -> Response:
        """?after=SEQ&wait=SECONDS: entries after SEQ; waits for one at most so long."""
        phone = self._phone(request)
        events = await _following(request, phone.feed)
        allowance = self._wechat.windows.allowance(phone.openid)
        return JSONResponse(
            {
                "events": events,
                "follows": self._wechat.follows(phone.openid),
                "typing": phone.typing_until is not None and phone.typing_until > self._clock(),
                "allowance": {
                    "left": allowance.left,
                    "until": allowance.until.isoformat() if allowance.until else None,
                },
                "menu": (self._wechat.menu or {}).get("button", []),
            }
        )

    @_refusable
    async def send(self, request: Request) -> Response:
        """{"type": text|image|voice|video|location|link|sticker|subscribe|unsubscribe|click|scan|position, …}"""
        given = await _json(request)
        entry = self._player.act(self._phone(request), given)
        return JSONResponse(asdict(entry), status_code=202)

    @_refusable
    async def send_image(self, request: Request) -> Response:
        """The picture itself as body, its type in Content-Type."""
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > IMAGE_LIMIT:
                raise _RefusedError(413, "image")
        kind = request.headers.get("content-type", "").split(";")[0]
        entry = self._player.picture(self._phone(request), content, kind)
        return JSONResponse(asdict(entry), status_code=202)

    @_refusable
    async def record_outside(self, request: Request) -> Response:
        """{"text"} or {"event": subscribe|unsubscribe|other}: the terminal pushed it itself; windows open here."""
        phone, given = self._phone(request), await _json(request)
        event = given.get("event")
        if event == "unsubscribe":
            self._wechat.unfollow(phone.openid)
        else:
            self._wechat.follow(phone.openid)
        if event is None:
            self._wechat.windows.opened_by_message(phone.openid)
            phone.feed.append("user", "text", str(given.get("text", "")), outside=True)
        elif event != "unsubscribe":
            self._wechat.windows.opened_by_event(phone.openid)
        return Response(status_code=204)

    async def robot_events(self, request: Request) -> Response:
        return JSONResponse({"events": await _following(request, self._robots.feed)})

    async def robot_send(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        key = request.query_params.get("key", "")
        code = self._robots.send(key, body) if isinstance(body, dict) else NOT_JSON
        return JSONResponse({"errcode": code, "errmsg": "ok" if code == 0 else f"fake error {code}"})

    def _phone(self, request: Request) -> Phone:
        phone = self._phones.find(request.path_params["openid"])
        if phone is None:
            raise _RefusedError(404, "no_such_phone")
        return phone


async def _json(request: Request) -> dict[str, Any]:
    """Only application/json: another site's page cannot send that without asking first."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise _RefusedError(415, "application/json")
    try:
        given = json.loads(await request.body())
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise _RefusedError(422, "not_an_object")
    return given


async def _following(request: Request, feed: Feed) -> list[dict[str, Any]]:
    try:
        after = int(request.query_params.get("after", "0"))
        wait = float(request.query_params.get("wait", "0"))
    except ValueError:
        after, wait = 0, 0.0
    waiting = asyncio.create_task(feed.wait_after(after, min(max(wait, 0.0), LONGEST_WAIT)))
    leaving = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((waiting, leaving), return_when=asyncio.FIRST_COMPLETED)
        return [asdict(entry) for entry in (waiting.result() if waiting.done() else [])]
    finally:
        waiting.cancel()
        leaving.cancel()


async def _gone(request: Request) -> None:
    """Ends when the reader closes the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
