"""Asynchronous client of the WeChat Official Account API."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from connectors.ports import StoredToken, TokenStore
from connectors.wechat.errors import ApiError, Policy, UnreachableError
from connectors.wechat.media import Downloaded, download
from connectors.wechat.redaction import protect_http_logs
from connectors.wechat.token import Fetched, TokenHolder

log = logging.getLogger(__name__)
T = TypeVar("T")

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
MEDIA_LIMIT = 20 * 1024 * 1024


class WeChatApi:
    """One account's API. Every call raises ApiError or UnreachableError when it does not succeed.

    A refused access token is replaced once for each call; the second refusal is raised.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        store: TokenStore,
        clock: Callable[[], datetime],
        *,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        protect_http_logs()
        self.app_id = app_id
        self._secret = app_secret
        self._base_url = base_url.rstrip("/")
        self._http = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)
        self.tokens = TokenHolder(store, self._stable_token, clock)

    def __repr__(self) -> str:
        return f"WeChatApi({self._base_url!r}, {self.app_id!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send_text(self, openid: str, text: str) -> None:
        """A customer-service message; `text` at most 2000 UTF-8 bytes."""
        await self._call("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    async def typing(self, openid: str, on: bool = True) -> None:
        """Show or end 「对方正在输入」; needs an interaction in the last 30 s."""
        await self._call("message/custom/typing", {"touser": openid, "command": "Typing" if on else "CancelTyping"})

    async def send_template(
        self, openid: str, template_id: str, fields: Mapping[str, str], *, url: str = "", once: str = ""
    ) -> str:
        """A template message; its MsgID. Delivery is told later by TEMPLATESENDJOBFINISH.

        `once` (client_msg_id, at most 32 characters): sent only once within about ten minutes.
        """
        body: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": _field_values(fields)}
        if url:
            body["url"] = url
        if once:
            body["client_msg_id"] = once
        answer = await self._call("message/template/send", body)
        return str(answer.get("msgid", ""))

    async def send_subscription(
        self, openid: str, template_id: str, fields: Mapping[str, str], *, page: str = ""
    ) -> None:
        """A subscription notification (订阅通知) the recipient has agreed to."""
        body: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": _field_values(fields)}
        if page:
            body["page"] = page
        await self._call("message/subscribe/bizsend", body)

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu; users see it after about five minutes."""
        await self._call("menu/create", menu)

    async def download_media(self, media_id: str, target: Path, *, limit: int = MEDIA_LIMIT) -> Downloaded:
        """Stream a user's media file to `target`; above `limit` bytes MediaTooLargeError and no file."""
        url = f"{self._base_url}/cgi-bin/media/get"

        async def attempt(token: str) -> Downloaded:
            params = {"access_token": token, "media_id": media_id}
            return await download(self._http, url, params, target, limit)

        return await self._with_token(attempt)

    async def _call(self, interface: str, body: Mapping[str, Any]) -> dict[str, Any]:
        async def attempt(token: str) -> dict[str, Any]:
            return await self._post(interface, body, {"access_token": token})

        return await self._with_token(attempt)

    async def _with_token(self, attempt: Callable[[str], Awaitable[T]]) -> T:
        token: StoredToken = await self.tokens.current()
        try:
            return await attempt(token.token)
        except ApiError as error:
            if error.policy is not Policy.REFRESH:
                raise
            log.info("the access token was refused (%s), fetching another", error.code)
        await self.tokens.refused(token)
        return await attempt((await self.tokens.current()).token)

    async def _stable_token(self) -> Fetched:
        body = {
            "grant_type": "client_credential",
            "appid": self.app_id,
            "secret": self._secret,
            "force_refresh": False,
        }
        answer = await self._post("stable_token", body, {})
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(lifetime, int):
            raise UnreachableError("stable_token", "unexpected_body")
        return Fetched(token, timedelta(seconds=lifetime))

    async def _post(self, interface: str, body: Mapping[str, Any], params: dict[str, str]) -> dict[str, Any]:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            response = await self._http.post(
                f"{self._base_url}/cgi-bin/{interface}", params=params, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise UnreachableError(interface, type(error).__name__) from None
        return _answer(interface, response)


def _answer(interface: str, response: httpx.Response) -> dict[str, Any]:
    if response.status_code != httpx.codes.OK:
        raise UnreachableError(interface, f"http_{response.status_code}")
    try:
        answer = json.loads(response.content)
    except ValueError:
        raise UnreachableError(interface, "not_json") from None
    if not isinstance(answer, dict):
        raise UnreachableError(interface, "unexpected_body")
    errcode = answer.get("errcode", 0)
    if not isinstance(errcode, int):
        raise UnreachableError(interface, "unexpected_body")
    if errcode:
        raise ApiError(errcode, interface)
    return answer


def _field_values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fields.items()}
