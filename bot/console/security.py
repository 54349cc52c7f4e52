"""Headers on every answer, and refusing what other sites make a browser send."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""`same-origin` and not `no-referrer`: under the latter browsers send `Origin: null` with our own forms."""
Refuse = Callable[[Request], Response]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Adds HEADERS to every answer outside `exempt`."""

    def __init__(self, app: ASGIApp, exempt: str) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or under(scope["path"], self._exempt):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not under(scope["path"], "/static"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SameOriginOnly:
    """Refuses unsafe requests that a browser sends for another site.

    Sec-Fetch-Site decides, or Origin against Host; programs send neither and carry no cookie.
    """

    def __init__(self, app: ASGIApp, exempt: str, refuse: Refuse) -> None:
        self._app = app
        self._exempt = exempt
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["method"] not in SAFE and not under(scope["path"], self._exempt):
            app = app if is_same_origin(Headers(scope=scope)) else self._refuse(Request(scope))
        await app(scope, receive, send)


class BodyLimit:
    """Answers 413 to a body above `limit` bytes; `wide` names paths with a limit of their own."""

    def __init__(self, app: ASGIApp, exempt: str, limit: int, wide: Mapping[str, int], refuse: Refuse) -> None:
        self._app = app
        self._exempt = exempt
        self._limit = limit
        self._wide = wide
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or under(scope["path"], self._exempt):
            await self._app(scope, receive, send)
            return
        limit = self._wide.get(scope["path"], self._limit)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await self._refuse(Request(scope))(scope, receive, send)
            return
        left = limit

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def is_same_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
