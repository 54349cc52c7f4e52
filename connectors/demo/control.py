"""Scripting the fake API over HTTP: faults, the journal, tokens that stop working, closed windows."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.demo.fake_wechat import FakeWeChat
from connectors.demo.faults import Fault

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(fake: FakeWeChat) -> list[Route]:
    """POST and DELETE faults, GET and DELETE journal, POST tokens/invalidate, POST windows/close {"openid"}."""
    return [
        Route("/faults", _add_fault(fake), methods=["POST"]),
        Route("/faults", _clear_faults(fake), methods=["DELETE"]),
        Route("/journal", _journal(fake), methods=["GET"]),
        Route("/journal", _clear_journal(fake), methods=["DELETE"]),
        Route("/tokens/invalidate", _invalidate(fake), methods=["POST"]),
        Route("/windows/close", _close_window(fake), methods=["POST"]),
    ]


def _add_fault(fake: FakeWeChat) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            fault = Fault.parse(await request.json())
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"error": "not a fault"}, status_code=422)
        fake.faults.add(fault)
        return Response(status_code=204)

    return endpoint


def _clear_faults(fake: FakeWeChat) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        fake.faults.clear()
        return Response(status_code=204)

    return endpoint


def _journal(fake: FakeWeChat) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return JSONResponse(
            [
                {"path": call.path, "errcode": call.errcode, "body": call.body, "escaped": call.escaped}
                for call in fake.journal
            ]
        )

    return endpoint


def _clear_journal(fake: FakeWeChat) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        fake.journal.clear()
        return Response(status_code=204)

    return endpoint


def _invalidate(fake: FakeWeChat) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        fake.tokens.invalidate()
        return Response(status_code=204)

    return endpoint


def _close_window(fake: FakeWeChat) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        fake.windows.closed(str((await request.json()).get("openid", "")))
        return Response(status_code=204)

    return endpoint
