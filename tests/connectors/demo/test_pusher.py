"""The player of Tencent's push against webhooks on real sockets."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from connectors.demo.pusher import Attempt, AttemptOutcome, Pusher, PushResult, Timing
from connectors.demo.pushes import UNSUPPORTED, Push, Pushes
from connectors.demo.tencent_crypto import SafeMode, signature
from tests.fakes.servers import free_socket, serve
from tests.fakes.webhook import Webhook, accept, echo, never, text_reply
from tests.fakes.wechat import ACCOUNT, OPENID

PATIENT = Timing(deadline=60.0, apart=0.0)
IMPATIENT = Timing(deadline=2.0, apart=0.0)


def now() -> datetime:
    return datetime.now(UTC)


PUSHES = Pushes(ACCOUNT, now)


async def pushed(
    hook: Webhook,
    push: Push,
    timing: Timing | None = None,
    on_attempt: Callable[[Attempt], None] | None = None,
) -> PushResult:
    async with serve(hook.app) as url, Pusher(ACCOUNT, f"{url}/webhook", now, timing) as pusher:
        return await pusher.push(push, on_attempt)


async def test_the_address_check_is_passed() -> None:
    async with (
        serve(Webhook(ACCOUNT, accept).app) as url,
        Pusher(ACCOUNT, f"{url}/webhook", now) as pusher,
    ):
        assert await pusher.verify()


async def test_a_reply_is_read() -> None:
    result = await pushed(Webhook(ACCOUNT, echo), PUSHES.text(OPENID, "涂布 <b>&]]> 😀"))
    assert result.reply is not None
    assert result.reply.text == "您说：涂布 <b>&]]> 😀"
    assert not result.failed


@pytest.mark.parametrize("body", [b"success", b""])
async def test_an_accepted_message_shows_nothing(body: bytes) -> None:
    async def answer(_: dict[str, str]) -> bytes:
        return body

    result = await pushed(Webhook(ACCOUNT, answer), PUSHES.text(OPENID, "您好"))
    assert (result.reply, result.failed, len(result.attempts)) == (None, False, 1)


async def test_a_silent_account_is_asked_three_times_with_the_same_body() -> None:
    hook = Webhook(ACCOUNT, never)
    heard: list[Attempt] = []
    result = await pushed(hook, PUSHES.text(OPENID, "您好"), IMPATIENT, heard.append)
    assert [attempt.outcome for attempt in result.attempts] == [AttemptOutcome.TIMED_OUT] * 3
    assert result.failed
    assert list(result.attempts) == heard
    assert len(set(hook.bodies)) == 1
    assert len({query["nonce"] for query in hook.queries}) == 3
    assert len({message["MsgId"] for message in hook.messages}) == 1


async def test_the_socket_is_closed_at_the_deadline() -> None:
    hook = Webhook(ACCOUNT, never)
    async with serve(hook.app) as url, Pusher(ACCOUNT, f"{url}/webhook", now, IMPATIENT) as pusher:
        await pusher.push(PUSHES.text(OPENID, "您好"))
        async with asyncio.timeout(60):
            for _ in range(3):
                await hook.disconnects.acquire()


async def test_the_answer_to_a_retry_counts() -> None:
    hook = Webhook(ACCOUNT, echo)

    async def slow_at_first(message: dict[str, str]) -> str | bytes:
        return await (never(message) if len(hook.messages) == 1 else echo(message))

    hook.answer = slow_at_first
    result = await pushed(hook, PUSHES.text(OPENID, "您好"), IMPATIENT)
    assert [attempt.outcome for attempt in result.attempts] == ["timed_out", "replied"]
    assert result.reply is not None


async def test_server_errors_are_tried_again() -> None:
    async def answer(_: dict[str, str]) -> Response:
        return Response(status_code=500)

    result = await pushed(Webhook(ACCOUNT, answer), PUSHES.text(OPENID, "您好"), PATIENT)
    assert [attempt.detail for attempt in result.attempts] == ["500"] * 3
    assert result.failed


async def test_nobody_at_the_address_fails() -> None:
    bound = free_socket()
    address = f"http://127.0.0.1:{bound.getsockname()[1]}/webhook"
    async with Pusher(ACCOUNT, address, now, PATIENT) as pusher:
        result = await pusher.push(PUSHES.text(OPENID, "您好"))
        assert not await pusher.verify()
    bound.close()
    assert {attempt.outcome for attempt in result.attempts} == {AttemptOutcome.UNREACHABLE}


def _encrypted(xml: str, nonce: str, **spoiled: str) -> bytes:
    encrypted = SafeMode(ACCOUNT.aes_key, ACCOUNT.app_id).encrypt(xml.encode())
    values = {"Encrypt": encrypted, "TimeStamp": "1700000000", "Nonce": nonce}
    values["MsgSignature"] = signature(ACCOUNT.token, values["TimeStamp"], nonce, encrypted)
    values.update(spoiled)
    return f"<xml>{''.join(f'<{name}>{value}</{name}>' for name, value in values.items())}</xml>".encode()


GOOD = text_reply(OPENID, ACCOUNT.original_id, "您好")

BAD_ANSWERS: dict[str, Callable[[str], bytes]] = {
    "not_xml": lambda nonce: b'{"text": "hello"}',
    "doctype": lambda nonce: b"<!DOCTYPE xml><xml></xml>",
    "signature": lambda nonce: _encrypted(GOOD, nonce, MsgSignature="0" * 40),
    "nonce": lambda nonce: _encrypted(GOOD, "1"),
    "names_not_swapped": lambda nonce: _encrypted(text_reply(ACCOUNT.original_id, OPENID, "您好"), nonce),
    "message": lambda nonce: _encrypted(GOOD.replace("[text]", "[file]"), nonce),
    "empty_text": lambda nonce: _encrypted(text_reply(OPENID, ACCOUNT.original_id, ""), nonce),
    "too_long": lambda nonce: _encrypted(text_reply(OPENID, ACCOUNT.original_id, "好" * 683), nonce),
}


@pytest.mark.parametrize("reason", BAD_ANSWERS)
async def test_an_invalid_answer_fails_at_once(reason: str) -> None:
    hook = Webhook(ACCOUNT, echo)

    async def answer(_: dict[str, str]) -> bytes:
        return BAD_ANSWERS[reason](hook.queries[-1]["nonce"])

    hook.answer = answer
    result = await pushed(hook, PUSHES.text(OPENID, "您好"), PATIENT)
    assert [(attempt.outcome, attempt.detail) for attempt in result.attempts] == [("invalid", reason)]
    assert result.failed


async def test_a_plaintext_answer_is_not_taken_in_safe_mode() -> None:
    async def answer(_: dict[str, str]) -> bytes:
        return GOOD.encode()

    result = await pushed(Webhook(ACCOUNT, answer), PUSHES.text(OPENID, "您好"), PATIENT)
    assert result.failed


KINDS: list[tuple[Push, dict[str, str]]] = [
    (PUSHES.unsupported(OPENID), {"MsgType": "text", "Content": UNSUPPORTED}),
    (
        PUSHES.image(OPENID, "http://a/b", "media"),
        {"MsgType": "image", "PicUrl": "http://a/b", "MediaId": "media"},
    ),
    (PUSHES.voice(OPENID, "media"), {"MsgType": "voice", "MediaId": "media", "Format": "amr"}),
    (PUSHES.video(OPENID, "media", "thumb"), {"MsgType": "video", "ThumbMediaId": "thumb"}),
    (
        PUSHES.location(OPENID, 30.5, 104.1, "郫都区"),
        {"Location_X": "30.500000", "Location_Y": "104.100000", "Label": "郫都区"},
    ),
    (PUSHES.link(OPENID, "标题", "说明", "http://a"), {"MsgType": "link", "Title": "标题", "Url": "http://a"}),
    (PUSHES.subscribe(OPENID, "7"), {"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_7"}),
    (PUSHES.unsubscribe(OPENID), {"Event": "unsubscribe"}),
    (PUSHES.click(OPENID, "submit"), {"Event": "CLICK", "EventKey": "submit"}),
    (PUSHES.scan(OPENID, "7"), {"Event": "SCAN", "EventKey": "7"}),
    (PUSHES.position(OPENID, 30.5, 104.1), {"Event": "LOCATION", "Latitude": "30.500000"}),
    (PUSHES.template_finished(OPENID, 9), {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "9", "Status": "success"}),
]


@pytest.mark.parametrize(("push", "fields"), KINDS)
async def test_every_kind_arrives_with_its_fields(push: Push, fields: dict[str, str]) -> None:
    hook = Webhook(ACCOUNT, accept)
    await pushed(hook, push)
    message = hook.messages[0]
    assert message["FromUserName"] == OPENID
    assert message["ToUserName"] == ACCOUNT.original_id
    assert {name: message[name] for name in fields} == fields
