"""Faults of the fake API, by script: error codes, slowness, hanging, resets, pages that are not JSON."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class FaultKind(StrEnum):
    ERRCODE = "errcode"
    LATENCY = "latency"
    """Answers rightly after `seconds`."""
    HANG = "hang"
    """Never answers."""
    RESET = "reset"
    """The connection breaks before an answer."""
    HTML_502 = "html_502"
    TRUNCATED = "truncated"
    """Half a JSON object."""


@dataclass
class Fault:
    """What happens to the next `times` calls whose path ends with `path` ("" for all)."""

    kind: FaultKind
    path: str = ""
    errcode: int = -1
    seconds: float = 0.0
    times: int = 1
    after_effect: bool = False
    """The call takes effect first, only its answer suffers (HANG, RESET, HTML_502, TRUNCATED)."""

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "Fault":
        """From the control API's JSON; raises ValueError or KeyError."""
        return cls(
            kind=FaultKind(given["kind"]),
            path=str(given.get("path", "")),
            errcode=int(given.get("errcode", -1)),
            seconds=float(given.get("seconds", 0.0)),
            times=int(given.get("times", 1)),
            after_effect=bool(given.get("after_effect", False)),
        )


class Faults:
    """The script: first match wins and is used up."""

    def __init__(self) -> None:
        self._script: list[Fault] = []
        self.played: list[tuple[str, FaultKind]] = []
        """Path and kind of every fault that happened."""

    def add(self, fault: Fault) -> None:
        self._script.append(fault)

    def clear(self) -> None:
        self._script.clear()

    def next_for(self, path: str) -> Fault | None:
        for fault in self._script:
            if path.endswith(fault.path):
                fault.times -= 1
                self.played.append((path, fault.kind))
                if fault.times <= 0:
                    self._script.remove(fault)
                return fault
        return None


class FaultyApp:
    """ASGI wrapper that plays the faults on calls below /cgi-bin/."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        fault = self._faults.next_for(path) if scope["type"] == "http" and "/cgi-bin/" in path else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
            return
        if fault.after_effect:
            await self._app(scope, receive, _swallow)
        await _play(fault, receive, send)


async def _swallow(_message: Any) -> None:
    return None


async def _play(fault: Fault, receive: Receive, send: Send) -> None:
    match fault.kind:
        case FaultKind.ERRCODE:
            body = json.dumps({"errcode": fault.errcode, "errmsg": "scripted"}).encode()
            await _respond(send, 200, b"application/json", body)
        case FaultKind.HTML_502:
            await _respond(send, 502, b"text/html", BAD_GATEWAY)
        case FaultKind.TRUNCATED:
            await _respond(send, 200, b"application/json", b'{"errcode":0,"errm')
        case FaultKind.HANG:
            await _until_disconnected(receive)
        case _:
            _abort(receive)
            await _until_disconnected(receive)


async def _respond(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _abort(receive: Receive) -> None:
    """Reset the connection under uvicorn, whose `receive` is a method of the request's cycle.

    Closing without lingering sends RST instead of FIN.
    """
    cycle = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise ConnectionResetError("this server does not let an application break its connection")
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
