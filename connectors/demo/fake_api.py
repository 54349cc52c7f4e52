"""The fake WeChat API over HTTP: an ASGI application for tests and the demo, never for the open network."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from connectors.demo import menu_rules
from connectors.demo.access_tokens import TokenRefusedError
from connectors.demo.control import control_routes
from connectors.demo.fake_wechat import Call, FakeWeChat
from connectors.demo.faults import FaultyApp
from connectors.demo.media_store import StoredMedia

BODY_LIMIT = 1024 * 1024
UPLOAD_LIMITS = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}

Answer = dict[str, Any]
Handler = Callable[[FakeWeChat, Request], Awaitable[Response]]


def fake_api(fake: FakeWeChat, *, control: bool = False) -> ASGIApp:
    """The application; `control` adds /control/ for scripting faults and reading the journal."""
    calls = [
        Route("/token", _bound(fake, _token), methods=["GET"]),
        Route("/stable_token", _bound(fake, _stable_token), methods=["POST"]),
        Route("/message/custom/send", _posting(fake, _custom_send), methods=["POST"]),
        Route("/message/custom/typing", _posting(fake, _typing), methods=["POST"]),
        Route("/message/template/send", _posting(fake, _template_send), methods=["POST"]),
        Route("/message/subscribe/bizsend", _posting(fake, _subscribe_send), methods=["POST"]),
        Route("/menu/create", _posting(fake, _menu_create), methods=["POST"]),
        Route("/menu/get", _calling(fake, _menu_get), methods=["GET"]),
        Route("/menu/delete", _calling(fake, _menu_delete), methods=["GET"]),
        Route("/getcallbackip", _calling(fake, _callback_addresses), methods=["GET"]),
        Route("/media/upload", _calling(fake, _media_upload), methods=["POST"]),
        Route("/media/get", _calling(fake, _media_get), methods=["GET"]),
    ]
    routes = [Mount("/cgi-bin", routes=calls), Route("/picture/{media_id}", _bound(fake, _picture))]
    if control:
        routes.append(Mount("/control", routes=control_routes(fake)))
    return FaultyApp(Starlette(routes=routes), fake.faults)


def _bound(fake: FakeWeChat, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await handler(fake, request)

    return endpoint


def _calling(fake: FakeWeChat, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A call that needs an access token."""

    async def endpoint(request: Request) -> Response:
        code = _refused_address(fake, request) or fake.tokens.check(request.query_params.get("access_token"))
        if code:
            _note(fake, request, code, None)
            return _error(code)
        return await handler(fake, request)

    return endpoint


def _posting(
    fake: FakeWeChat, handler: Callable[[FakeWeChat, Answer], tuple[Answer, BackgroundTask | None]]
) -> Callable[[Request], Awaitable[Response]]:
    """A call with an access token and a JSON object."""

    async def posted(fake: FakeWeChat, request: Request) -> Response:
        raw = await request.body()
        try:
            body = json.loads(raw.decode())
        except ValueError:
            body = None
        if not isinstance(body, dict) or len(raw) > BODY_LIMIT:
            _note(fake, request, 47001, None)
            return _error(47001)
        answer, task = handler(fake, body)
        _note(fake, request, answer["errcode"], body, escaped=b"\\u" in raw)
        return JSONResponse(answer, background=task)

    return _calling(fake, posted)


async def _token(fake: FakeWeChat, request: Request) -> Response:
    given = request.query_params
    code = _credentials(fake, request, given.get("grant_type"), given.get("appid"), given.get("secret"))
    return _given_token(fake, request, code, None, fake.tokens.plain)


async def _stable_token(fake: FakeWeChat, request: Request) -> Response:
    try:
        given = json.loads(await request.body())
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return _error(47001)
    code = _credentials(fake, request, given.get("grant_type"), given.get("appid"), given.get("secret"))
    force = given.get("force_refresh") is True
    shown = {"force_refresh": force}
    return _given_token(fake, request, code, shown, lambda: fake.tokens.stable(force=force))


def _given_token(
    fake: FakeWeChat, request: Request, code: int, shown: Any, give: Callable[[], tuple[str, int]]
) -> Response:
    value, lifetime = "", 0
    if not code:
        try:
            value, lifetime = give()
        except TokenRefusedError as error:
            code = error.errcode
    _note(fake, request, code, shown)
    return _error(code) if code else JSONResponse({"access_token": value, "expires_in": lifetime})


def _credentials(fake: FakeWeChat, request: Request, grant: object, app_id: object, secret: object) -> int:
    if grant != "client_credential":
        return 40002
    if app_id != fake.account.app_id:
        return 40013
    if secret != fake.account.app_secret:
        return 40125
    if fake.secret_frozen:
        return 40243
    return 40164 if _refused_address(fake, request) else 0


def _refused_address(fake: FakeWeChat, request: Request) -> int:
    host = request.client.host if request.client else ""
    return 61004 if fake.allowed_addresses is not None and host not in fake.allowed_addresses else 0


def _custom_send(fake: FakeWeChat, body: Answer) -> tuple[Answer, None]:
    return _answer(fake.send_custom(body)), None


def _typing(fake: FakeWeChat, body: Answer) -> tuple[Answer, None]:
    return _answer(fake.set_typing(body)), None


def _subscribe_send(fake: FakeWeChat, body: Answer) -> tuple[Answer, None]:
    return _answer(fake.send_subscription(body)), None


def _template_send(fake: FakeWeChat, body: Answer) -> tuple[Answer, BackgroundTask | None]:
    code, msgid = fake.send_template(body)
    if code or fake.job_finished is None:
        return {**_answer(code), **({} if code else {"msgid": msgid})}, None
    task = BackgroundTask(fake.job_finished, str(body["touser"]), msgid, "success")
    return {**_answer(code), "msgid": msgid}, task


def _menu_create(fake: FakeWeChat, body: Answer) -> tuple[Answer, None]:
    code = menu_rules.check(body)
    if not code:
        fake.menu = body
    return _answer(code), None


async def _menu_get(fake: FakeWeChat, request: Request) -> Response:
    _note(fake, request, 0 if fake.menu else 46003, None)
    return JSONResponse({"menu": fake.menu}) if fake.menu else _error(46003)


async def _menu_delete(fake: FakeWeChat, request: Request) -> Response:
    fake.menu = None
    _note(fake, request, 0, None)
    return _error(0)


async def _callback_addresses(fake: FakeWeChat, request: Request) -> Response:
    _note(fake, request, 0, None)
    return JSONResponse({"ip_list": ["127.0.0.1"]})


async def _media_upload(fake: FakeWeChat, request: Request) -> Response:
    kind = request.query_params.get("type", "")
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("media")
        content = await file.read() if isinstance(file, UploadFile) else b""
        filename = (file.filename or "") if isinstance(file, UploadFile) else ""
        content_type = (file.content_type or "") if isinstance(file, UploadFile) else ""
    code = 0 if kind in UPLOAD_LIMITS else 40004
    if not code and not content:
        code = 41005
    if not code and len(content) > UPLOAD_LIMITS[kind]:
        code = 40006
    _note(fake, request, code, None)
    if code:
        return _error(code)
    media = await asyncio.to_thread(fake.media.save, kind, content, content_type, filename)
    return JSONResponse({"type": kind, "media_id": media.media_id, "created_at": media.created_at})


async def _media_get(fake: FakeWeChat, request: Request) -> Response:
    media = await asyncio.to_thread(fake.media.find, request.query_params.get("media_id", ""))
    code = 40007 if media is None or fake.media.expired(media) else 0
    _note(fake, request, code, None)
    if media is None or code:
        return _error(code)
    if media.kind == "video":
        base = str(request.url).split("/cgi-bin/")[0]
        return JSONResponse({"video_url": f"{base}/picture/{media.media_id}"})
    return await _file(fake, media, "attachment")


async def _picture(fake: FakeWeChat, request: Request) -> Response:
    """PicUrl and video addresses: no token, and they outlive the media id."""
    media = await asyncio.to_thread(fake.media.find, request.path_params["media_id"])
    return Response(status_code=404) if media is None else await _file(fake, media, "inline")


async def _file(fake: FakeWeChat, media: StoredMedia, disposition: str) -> Response:
    content = await asyncio.to_thread(fake.media.content, media)
    filename = "".join(ch for ch in media.filename if ch.isascii() and (ch.isalnum() or ch in "._-"))
    headers = {
        "Content-disposition": f'{disposition}; filename="{filename or media.media_id}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(content, media_type=media.content_type, headers=headers)


def _answer(code: int) -> Answer:
    return {"errcode": code, "errmsg": "ok" if code == 0 else f"fake error {code}"}


def _error(code: int) -> Response:
    return JSONResponse(_answer(code))


def _note(fake: FakeWeChat, request: Request, code: int, body: Any, *, escaped: bool = False) -> None:
    path = "/cgi-bin/" + request.url.path.rsplit("/cgi-bin/", 1)[-1]
    fake.journal.append(Call(path, code, body, escaped, fake.clock()))
