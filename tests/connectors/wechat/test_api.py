"""The API client against the fake WeChat over real sockets."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from connectors.demo.faults import Fault, FaultKind
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, MediaTooLargeError, Policy, UnreachableError
from models import Database
from tests.conftest import Clock
from tests.fakes.wechat import ACCOUNT, OPENID, SHORT, RunningFake, client


async def test_text_reaches_the_user_unescaped(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    await api.send_text(OPENID, "您的需求已签收 😀 <b>&\"'")
    assert fake.texts() == ["您的需求已签收 😀 <b>&\"'"]
    assert not any(call.escaped for call in fake.wechat.journal)


async def test_typing_is_shown_to_a_user_who_just_wrote(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    await api.typing(OPENID)
    await api.typing(OPENID, on=False)
    assert [sent.kind for sent in fake.sent] == ["typing", "typing_ended"]


async def test_template_with_the_same_id_is_sent_once(api: WeChatApi, fake: RunningFake) -> None:
    fields = {"thing1": "锂电池涂布", "phrase2": "已签收"}
    first = await api.send_template(OPENID, "tmpl-taken", fields, once="notice-1")
    assert await api.send_template(OPENID, "tmpl-taken", fields, once="notice-1") == first
    assert [sent.data["fields"] for sent in fake.sent] == [{"需求": "锂电池涂布", "状态": "已签收"}]


async def test_subscription_needs_the_users_consent_each_time(api: WeChatApi, fake: RunningFake) -> None:
    fields = {"thing1": "锂电池涂布", "phrase2": "已签收"}
    fake.wechat.agree(OPENID, "tmpl-taken")
    await api.send_subscription(OPENID, "tmpl-taken", fields)
    with pytest.raises(ApiError) as refused:
        await api.send_subscription(OPENID, "tmpl-taken", fields)
    assert refused.value.errcode == 43101
    assert len(fake.sent) == 1


async def test_menu_is_created_or_refused_by_its_rules(api: WeChatApi, fake: RunningFake) -> None:
    menu = {"button": [{"type": "click", "name": "提需求", "key": "submit"}]}
    await api.create_menu(menu)
    assert fake.wechat.menu == menu
    with pytest.raises(ApiError) as refused:
        await api.create_menu({"button": [{"type": "click", "name": "一二三四五六", "key": "k"}]})
    assert refused.value.errcode == 40018


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_once(api: WeChatApi, fake: RunningFake, errcode: int) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "custom/send", errcode=errcode))
    await api.send_text(OPENID, "您好")
    assert fake.texts() == ["您好"]
    assert fake.calls("stable_token") == 2


async def test_a_token_invalidated_by_somebody_else_is_replaced(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    await api.send_text(OPENID, "一")
    fake.wechat.tokens.invalidate()
    await api.send_text(OPENID, "二")
    assert fake.texts() == ["一", "二"]
    assert fake.wechat.tokens.issued == 2


async def test_a_token_refused_twice_ends_the_call(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "custom/send", errcode=40001, times=99))
    with pytest.raises(ApiError) as refused:
        await api.send_text(OPENID, "您好")
    assert refused.value.policy is Policy.REFRESH
    assert len(fake.wechat.faults.played) == 2
    assert fake.calls("stable_token") == 2


@pytest.mark.parametrize(
    ("errcode", "policy"),
    [
        (40003, Policy.NEVER),
        (48001, Policy.NEVER),
        (45047, Policy.HELD),
        (45015, Policy.HELD),
        (45009, Policy.BACK_OFF),
        (-1, Policy.BACK_OFF),
        (99999, Policy.BACK_OFF),
    ],
)
async def test_other_refusals_are_raised_with_their_policy(
    api: WeChatApi, fake: RunningFake, errcode: int, policy: Policy
) -> None:
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "custom/send", errcode=errcode))
    with pytest.raises(ApiError) as refused:
        await api.send_text(OPENID, "您好")
    assert (refused.value.errcode, refused.value.policy) == (errcode, policy)
    assert len(fake.wechat.faults.played) == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.HANG, "ReadTimeout"),
        (FaultKind.RESET, "ReadError"),
        (FaultKind.HTML_502, "http_502"),
        (FaultKind.TRUNCATED, "not_json"),
    ],
)
async def test_no_usable_answer_is_one_typed_error(
    fake: RunningFake, sqlite_database: Database, clock: Clock, kind: FaultKind, code: str
) -> None:
    async with client(fake, sqlite_database, clock, SHORT) as api:
        await api.tokens.current()
        fake.wechat.faults.add(Fault(kind, "custom/send"))
        with pytest.raises(UnreachableError) as error:
            await api.send_text(OPENID, "您好")
    assert error.value.code in (code, "RemoteProtocolError")
    assert error.value.policy is Policy.BACK_OFF


@pytest.mark.parametrize(
    ("spoil", "errcode"),
    [("address", 40164), ("secret", 40125), ("frozen", 40243)],
)
async def test_a_token_that_is_not_given_is_said_with_its_code(
    fake: RunningFake, sqlite_database: Database, clock: Clock, spoil: str, errcode: int
) -> None:
    async with client(fake, sqlite_database, clock) as api:
        if spoil == "address":
            fake.wechat.allowed_addresses = frozenset({"203.0.113.7"})
        elif spoil == "frozen":
            fake.wechat.secret_frozen = True
        else:
            api._secret = "another"
        with pytest.raises(ApiError) as refused:
            await api.send_text(OPENID, "您好")
    assert refused.value.errcode == errcode


async def test_secrets_appear_in_no_log_line_exception_or_repr(
    fake: RunningFake, sqlite_database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    async with client(fake, sqlite_database, clock, SHORT) as api:
        token = await api.tokens.current()
        for kind in (FaultKind.RESET, FaultKind.HTML_502, FaultKind.HANG, FaultKind.ERRCODE):
            fake.wechat.faults.add(Fault(kind, "custom/send", errcode=40001))
            fake.wechat.faults.add(Fault(FaultKind.RESET, "stable_token"))
            shown += await _shown_by(lambda: api.send_text(OPENID, "您好"))
        shown += [repr(api), repr(token)]
    text = "\n".join([*shown, caplog.text])
    assert "cgi-bin/message/custom/send?access_token=***" in text
    assert ACCOUNT.app_secret not in text
    assert token.token not in text


async def _shown_by(call: Callable[[], Awaitable[object]]) -> list[str]:
    try:
        await call()
    except Exception as error:
        return [repr(error), "".join(traceback.format_exception(error))]
    return []


async def test_media_is_streamed_to_a_file(api: WeChatApi, fake: RunningFake, tmp_path: Path) -> None:
    content = b"\xff\xd8\xff" + b"x" * 300_000
    media = fake.wechat.media.save("image", content, "image/jpeg", "photo.jpg")
    got = await api.download_media(media.media_id, tmp_path / "in" / "photo")
    assert got.path.read_bytes() == content
    assert (got.size, got.content_type, got.filename) == (len(content), "image/jpeg", "photo.jpg")


async def test_media_that_looks_like_json_is_still_a_file(api: WeChatApi, fake: RunningFake, tmp_path: Path) -> None:
    content = b'{"errcode":40007,"errmsg":"a user\'s own file"}'
    media = fake.wechat.media.save("image", content, "application/json", "mine.json")
    got = await api.download_media(media.media_id, tmp_path / "file")
    assert got.path.read_bytes() == content


async def test_a_video_is_fetched_from_its_second_address(api: WeChatApi, fake: RunningFake, tmp_path: Path) -> None:
    media = fake.wechat.media.save("video", b"\x00\x00\x00\x18ftypmp42", "video/mp4", "clip.mp4")
    got = await api.download_media(media.media_id, tmp_path / "clip")
    assert got.path.read_bytes() == b"\x00\x00\x00\x18ftypmp42"
    assert got.filename == "clip.mp4"


async def test_media_expires_after_three_days(api: WeChatApi, fake: RunningFake, clock: Clock, tmp_path: Path) -> None:
    media = fake.wechat.media.save("image", b"photo", "image/jpeg", "photo.jpg")
    clock.advance(days=3)
    with pytest.raises(ApiError) as refused:
        await api.download_media(media.media_id, tmp_path / "photo")
    assert refused.value.errcode == 40007
    assert not (tmp_path / "photo").exists()


async def test_media_over_the_limit_leaves_no_file(api: WeChatApi, fake: RunningFake, tmp_path: Path) -> None:
    media = fake.wechat.media.save("image", b"x" * 2000, "image/jpeg", "photo.jpg")
    with pytest.raises(MediaTooLargeError):
        await api.download_media(media.media_id, tmp_path / "in" / "photo", limit=1999)
    assert not (tmp_path / "in").exists() or not list((tmp_path / "in").iterdir())
