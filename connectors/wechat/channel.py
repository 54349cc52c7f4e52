"""Rasa's input channel for a WeChat Official Account in safe mode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, text

from connectors.wechat import messages, replies
from connectors.wechat.crypto import RejectedRequest, SafeMode
from connectors.wechat.desk import Desk
from connectors.wechat.dialogue import NAME, OnNewMessage
from connectors.wechat.limits import Answer
from connectors.wechat.prompts import Prompts
from connectors.wechat.requests import RequestCheck, Verified
from connectors.wechat.wording import ChannelTexts, MenuButton
from connectors.wechat.xml import BODY_LIMIT

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Account:
    """The official account; `aes_keys`: the current EncodingAESKey, then the previous one, if any."""

    app_id: str
    token: str = field(repr=False)
    aes_keys: Sequence[str] = field(repr=False)
    original_id: str = ""


class WeChatInput(InputChannel):
    """The webhook: /webhooks/wechat/webhook. Everything that is not right gets one answer: 403 and no body."""

    def __init__(
        self,
        account: Account,
        desk: Desk,
        texts: ChannelTexts,
        menu: dict[str, MenuButton],
        clock: Callable[[], datetime],
    ) -> None:
        self._safe_mode = SafeMode(account.token, account.aes_keys, account.app_id)
        self._check = RequestCheck(self._safe_mode, clock, account.original_id)
        self._prompts = Prompts(account.app_id, menu, texts.said)
        self._clock = clock
        self.desk = desk

    @classmethod
    def name(cls) -> str:
        return NAME

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes; `start` and `stop` of the desk have to be called with the server."""
        self.desk.mount(on_new_message)
        blueprint = Blueprint("wechat_webhook", __name__)

        @blueprint.get("/webhook", name="verify")  # type: ignore[untyped-decorator]
        async def verify(request: Request) -> HTTPResponse:
            return await self._verify(request)

        @blueprint.post("/webhook", stream=True, name="receive")  # type: ignore[untyped-decorator]
        async def receive(request: Request) -> HTTPResponse | None:
            return await self._receive(request)

        return blueprint

    async def start(self) -> None:
        """Resume what was left unfinished; for the server's start hooks."""
        await self.desk.start()

    async def stop(self) -> None:
        """Let running turns end; for the server's stop hooks."""
        await self.desk.stop()

    async def _verify(self, request: Request) -> HTTPResponse:
        try:
            return text(self._check.echo(request.get_query_args(keep_blank_values=True)))
        except RejectedRequest as rejected:
            return _refuse(rejected)

    async def _receive(self, request: Request) -> HTTPResponse | None:
        try:
            body = await _body(request)
            verified = self._check.push(request.get_query_args(keep_blank_values=True), body)
            push = messages.read(verified.fields)
            answer = await self._answer(push, verified)
        except RejectedRequest as rejected:
            return _refuse(rejected)
        response = await request.respond(text(self._rendered(answer, push, verified)))
        await response.send(end_stream=True)
        self.desk.written(answer)
        return None

    async def _answer(self, push: messages.Push, verified: Verified) -> Answer:
        if isinstance(push, messages.Other):
            log.info("event without a task", event_name=push.name)
            return Answer()
        return await self.desk.answer(self._prompts.arrival(push, verified.digest))

    def _rendered(self, answer: Answer, push: messages.Push, verified: Verified) -> str:
        """The body: `success`, or the encrypted reply with sender and recipient swapped."""
        if not answer.text:
            return replies.ACCEPTED
        now = int(self._clock().timestamp())
        xml = replies.text_reply(push.from_user, push.to_user, replies.passive_parts(answer.text)[0], now)
        return replies.envelope(self._safe_mode, xml, verified.key, str(now), verified.nonce)


async def _body(request: Request) -> bytes:
    """The body, at most BODY_LIMIT bytes; RejectedRequest when it is longer or not said to be UTF-8."""
    content_type = request.headers.get("content-type", "").lower()
    charset = content_type.partition("charset=")[2].split(";")[0].strip(" \"'")
    if charset not in ("", "utf-8", "utf8"):
        raise RejectedRequest("charset")
    request.stream.request_max_size = BODY_LIMIT
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > BODY_LIMIT:
        raise RejectedRequest("too_large")
    body = b""
    try:
        async for chunk in request.stream:
            body += chunk
    except SanicException:
        raise RejectedRequest("body") from None
    if len(body) > BODY_LIMIT:
        raise RejectedRequest("too_large")
    return body


def _refuse(rejected: RejectedRequest) -> HTTPResponse:
    log.warning("request refused", reason=rejected.code)
    return text("", status=403)
