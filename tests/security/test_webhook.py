"""The webhook against everyone but WeChat: one answer, nothing stored, and the next message works."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from models import Database
from tests.conftest import Clock
from tests.connectors.wechat.webhook_bench import ACCOUNT, OPENID, Signed, Webhook, webhook


@pytest.fixture
async def hook(sqlite_database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Webhook]:
    async with webhook(sqlite_database, clock, tmp_path) as running:
        yield running


@pytest.fixture
def signed(clock: Clock) -> Signed:
    return Signed(clock)


def stored(hook: Webhook) -> int:
    with hook.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM inbox")).scalar_one())


async def post(hook: Webhook, query: object, body: bytes, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(hook.url, params=query, content=body, headers=headers)  # type: ignore[arg-type]


async def refused(hook: Webhook, query: object, body: bytes, **headers: str) -> None:
    before = stored(hook)
    answer = await post(hook, query, body, **headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert stored(hook) == before
    assert await hook.say("还在吗") == "听到：还在吗"


def a_push(hook: Webhook, content: str = "你好") -> bytes:
    return hook.pushes().text(OPENID, content).xml()


async def test_a_forged_signature(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    await refused(hook, signed.query(encrypted, msg_signature="0" * 40), signed.body(encrypted))


async def test_a_plain_push_with_a_valid_plain_signature(hook: Webhook, signed: Signed) -> None:
    query = signed.query("")
    plain = {name: query[name] for name in ("signature", "timestamp", "nonce", "openid")}
    await refused(hook, plain, a_push(hook))
    await refused(hook, plain | {"encrypt_type": "raw"}, a_push(hook))


async def test_a_push_in_compatible_mode(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    both = signed.body(encrypted).replace(b"<Encrypt>", b"<MsgType>text</MsgType><Content>1</Content><Encrypt>")
    await refused(hook, signed.query(encrypted), both)


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "17140370594"},
        {"timestamp": "171403705"},
        {"timestamp": ""},
        {"timestamp": "１２３４５６７８９０"},
        {"nonce": "", "timestamp": "1714037059"},
        {"nonce": "1" * 21},
        {"nonce": "12a"},
        {"msg_signature": ""},
        {"encrypt_type": "AES"},
        {"openid": "a b"},
    ],
)
async def test_malformed_parameters(hook: Webhook, signed: Signed, change: dict[str, str]) -> None:
    encrypted = signed.encrypted(a_push(hook))
    await refused(hook, signed.query(encrypted, **change), signed.body(encrypted))


async def test_a_request_of_another_time(hook: Webhook, signed: Signed, clock: Clock) -> None:
    encrypted = signed.encrypted(a_push(hook))
    for seconds in (-301, 301):
        timestamp = str(int(clock().timestamp()) + seconds)
        await refused(hook, signed.query(encrypted, timestamp=timestamp), signed.body(encrypted))


async def test_repeated_parameters(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    query = [*signed.query(encrypted).items(), ("nonce", "1")]
    await refused(hook, query, signed.body(encrypted))


async def test_the_same_request_again_after_it_was_answered(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    query, body = signed.query(encrypted), signed.body(encrypted)
    first = await post(hook, query, body)
    assert signed.reply(first, query["nonce"]) == "听到：你好"
    await refused(hook, query, body)
    assert hook.parrot.texts == ["你好", "还在吗"]


async def test_a_delivery_repeated_by_wechat_cannot_be_replayed_either(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    hook.parrot.gate.clear()
    first = asyncio.create_task(post(hook, signed.query(encrypted), signed.body(encrypted)))
    await hook.parrot.entered.wait()
    again = signed.query(encrypted)
    second = asyncio.create_task(post(hook, again, signed.body(encrypted)))
    while not hook.desk._marks._digests:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    hook.parrot.gate.set()
    await asyncio.gather(first, second)
    await hook.desk.idle()
    await refused(hook, again, signed.body(encrypted))


async def test_another_accounts_push(hook: Webhook, signed: Signed) -> None:
    for encrypted in (
        signed.encrypted(a_push(hook), app_id="wx0000000000000000"),
        signed.encrypted(a_push(hook), key="z" * 43),
        signed.encrypted(a_push(hook).replace(ACCOUNT.original_id.encode(), b"gh_000000000000")),
    ):
        await refused(hook, signed.query(encrypted), signed.body(encrypted))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml[:-3],
        lambda xml: b"<!DOCTYPE xml>" + xml,
        lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + xml.replace(b"oA", b"&b;"),
        lambda xml: xml.decode().encode("gbk"),
        lambda xml: xml.replace(b"<CreateTime>", b"<FromUserName>oOther</FromUserName><CreateTime>"),
        lambda xml: xml.replace(b"<MsgType>", b"<x>"),
        lambda xml: b"",
        lambda xml: b"{}",
    ],
)
async def test_a_signed_push_that_is_malformed(hook: Webhook, signed: Signed, spoil: Callable[[bytes], bytes]) -> None:
    encrypted = signed.encrypted(spoil(a_push(hook)))
    await refused(hook, signed.query(encrypted), signed.body(encrypted))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>%%%</Encrypt></xml>",
        b"<!DOCTYPE xml><xml><Encrypt>AAAA</Encrypt></xml>",
        "<xml><Encrypt>你好</Encrypt></xml>".encode("gbk"),
        b"<xml>" + b"<a>" * 5000,
    ],
)
async def test_a_body_that_is_no_envelope(hook: Webhook, signed: Signed, body: bytes) -> None:
    await refused(hook, signed.query(""), body)


async def test_a_body_that_is_too_large(hook: Webhook, signed: Signed) -> None:
    await refused(hook, signed.query(""), b"<xml>" + b"x" * 70_000)


async def test_a_body_that_hides_its_size(hook: Webhook, signed: Signed) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b"x" * 1024

    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            answer = await http.post(hook.url, params=signed.query(""), content=chunks())
            assert answer.status_code == 403
        except httpx.TransportError:
            pass  # cut off in the middle of the body
    assert stored(hook) == 0


async def test_a_body_said_to_be_gbk(hook: Webhook, signed: Signed) -> None:
    encrypted = signed.encrypted(a_push(hook))
    await refused(hook, signed.query(encrypted), signed.body(encrypted), **{"content-type": "text/xml; charset=GBK"})


@pytest.mark.parametrize(
    "query", ["", "signature=1", "signature=a&timestamp=1&nonce=1&echostr=x", "echostr=1&echostr=2"]
)
async def test_a_wrong_address_check(hook: Webhook, query: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{hook.url}?{query}")
    assert (answer.status_code, answer.content) == (403, b"")
