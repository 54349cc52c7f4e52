"""What goes wrong, as a page or as JSON."""

import logging
import traceback
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.api.errors import ApiError, error_json
from bot.console.context import ForbiddenError, LoginNeededError, PasswordChangeNeededError, context
from bot.console.queries.liaison_link import LinkError
from bot.console.security import under
from models import UnavailableError

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Gives the application its handlers."""
    app.add_exception_handler(LoginNeededError, to_login)
    app.add_exception_handler(PasswordChangeNeededError, to_password)
    app.add_exception_handler(ForbiddenError, lambda request, _: answer(request, 403))
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ApiError, api)
    app.add_exception_handler(LinkError, link)
    app.add_exception_handler(UnavailableError, unavailable)


def to_login(request: Request, _: Exception) -> Response:
    """Back to the page afterwards when it was one that can be opened again."""
    path = request.url.path
    if request.method != "GET" or path == "/":
        return RedirectResponse("/login", 303)
    return RedirectResponse(f"/login?{urlencode({'next': path})}", 303)


def to_password(_: Request, __: Exception) -> Response:
    return RedirectResponse("/password", 303)


def http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    return answer(request, error.status_code, headers=headers)


def _methods(request: Request) -> list[str]:
    """All that the address supports; the first route that matches knows only its own."""
    found: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if is_api(request):
        return error_json(context(request).labels, 422, details=list(error.errors()))
    numeric = any(part == "path" for item in error.errors() for part in item["loc"][:1])
    return answer(request, 404 if numeric else 400)


def api(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error_json(context(request).labels, error.status, code=error.code)


def link(request: Request, error: Exception) -> Response:
    assert isinstance(error, LinkError)
    return context(request).pages.show(request, "link_gone.html", status=410 if error.gone else 404)


def unavailable(request: Request, _: Exception) -> Response:
    log.error("database unavailable")
    return answer(request, 503)


class Unexpected:
    """Answers what nothing else caught, and logs where it happened.

    The text of the error may hold personal data and is left out of the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            where = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
            log.error("unexpected %s at %s", type(error).__name__, where)
            if scope["type"] == "http" and not started:
                await answer(Request(scope, receive), 500)(scope, receive, send)


def other_site(request: Request) -> Response:
    return answer(request, 403, words="403-origin")


def too_large(request: Request) -> Response:
    return answer(request, 413)


def answer(request: Request, status: int, *, headers: dict[str, str] | None = None, words: str = "") -> Response:
    if is_api(request):
        return error_json(context(request).labels, status, headers=headers)
    page = context(request).pages.show(request, "error.html", status=status, code=status, words=words or str(status))
    page.headers.update(headers or {})
    return page


def is_api(request: Request) -> bool:
    return under(request.url.path, "/api")
