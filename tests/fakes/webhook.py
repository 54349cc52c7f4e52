"""A webhook that speaks safe mode by wechatpy, to check the player of WeChat against a third implementation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import xmltodict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from connectors.demo.account import DemoAccount

Answer = Callable[[dict[str, str]], Awaitable[str | bytes | Response]]


@dataclass
class Webhook:
    """Answers every push with what `answer` makes of it: a text is encrypted, bytes are sent as they are."""

    account: DemoAccount
    answer: Answer
    messages: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    arrivals: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released with every message."""
    disconnects: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released whenever a caller left before the answer."""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webhook", self._check, methods=["GET"]),
                Route("/webhook", self._receive, methods=["POST"]),
            ]
        )

    async def _check(self, request: Request) -> Response:
        query = request.query_params
        check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
        return PlainTextResponse(query["echostr"])

    async def _receive(self, request: Request) -> Response:
        query, body = dict(request.query_params), await request.body()
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
        plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = dict(xmltodict.parse(plain)["xml"])
        self.messages.append(message)
        self.bodies.append(body)
        self.queries.append(query)
        self.arrivals.release()
        answer = await self._answer_while_connected(request, message)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, bytes):
            return Response(answer)
        xml = text_reply(message["FromUserName"], message["ToUserName"], answer)
        return Response(crypto.encrypt_message(xml, query["nonce"], query["timestamp"]))

    async def _answer_while_connected(self, request: Request, message: dict[str, str]) -> str | bytes | Response:
        answering = asyncio.ensure_future(self.answer(message))
        leaving = asyncio.ensure_future(request.receive())
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            leaving.cancel()
            return answering.result()
        answering.cancel()
        self.disconnects.release()
        return b""


def text_reply(to: str, sender: str, content: str) -> str:
    content = content.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{content}]]></Content></xml>"
    )


async def echo(message: dict[str, str]) -> str:
    return f"您说：{message.get('Content', message['MsgType'])}"


async def accept(_: dict[str, str]) -> bytes:
    return b"success"


async def never(_: dict[str, str]) -> bytes:
    await asyncio.Event().wait()
    return b""
