"""The fake WeChat API over raw HTTP, as somebody who knows only WeChat's documents would call it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Clock
from tests.fakes.wechat import ACCOUNT, OPENID, RunningFake, running_fake

GRANT = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}
FIELDS = {"thing1": {"value": "锂电池"}, "phrase2": {"value": "已签收"}}


@pytest.fixture
async def fake(clock: Clock, tmp_path: Path) -> AsyncIterator[RunningFake]:
    async with running_fake(clock, tmp_path / "media") as running:
        yield running


@pytest.fixture
async def http(fake: RunningFake) -> AsyncIterator[httpx.AsyncClient]:
    token, _ = fake.wechat.tokens.stable(force=False)
    async with httpx.AsyncClient(
        base_url=f"{fake.url}/cgi-bin", params={"access_token": token}, timeout=60, trust_env=False
    ) as client:
        yield client


async def post(http: httpx.AsyncClient, path: str, body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await http.post(path, json=body)).json()
    return answer


def text(content: str = "您好", to: str = OPENID) -> dict[str, Any]:
    return {"touser": to, "msgtype": "text", "text": {"content": content}}


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({}, None),
        ({"grant_type": "x"}, 40002),
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
async def test_a_stable_token_is_given_for_the_right_secret(
    http: httpx.AsyncClient, change: dict[str, str], errcode: int | None
) -> None:
    answer = await post(http, "stable_token", {**GRANT, **change})
    assert answer.get("errcode") == errcode
    assert ("access_token" in answer) is (errcode is None)


async def test_the_plain_token_does_not_disturb_the_stable_one(http: httpx.AsyncClient) -> None:
    plain = (await http.get("token", params=GRANT)).json()["access_token"]
    stable = (await post(http, "stable_token", GRANT))["access_token"]
    assert plain != stable
    for token in (plain, stable):
        assert (await http.get("getcallbackip", params={"access_token": token})).json()["ip_list"]


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("x", 40014), ("x" * 128, 40001)])
async def test_calls_without_a_good_token_are_refused(http: httpx.AsyncClient, token: str, errcode: int) -> None:
    answer = (await http.get("getcallbackip", params={"access_token": token})).json()
    assert answer["errcode"] == errcode


async def test_an_address_that_is_not_allowed_is_refused(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.allowed_addresses = frozenset({"203.0.113.7"})
    assert (await http.get("getcallbackip")).json()["errcode"] == 61004
    assert (await post(http, "stable_token", GRANT))["errcode"] == 40164


async def test_the_quota_of_a_message_is_five(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    codes = [(await post(http, "message/custom/send", text(str(number))))["errcode"] for number in range(6)]
    assert codes == [0] * 5 + [45047]
    assert fake.texts() == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (text(to="oNobody"), 40003),
        (text(content=""), 44004),
        (text(content="好" * 683), 45002),
        ({"touser": OPENID, "msgtype": "image", "image": {"media_id": "no"}}, 40007),
        ({"touser": OPENID, "msgtype": "wxcard"}, 40008),
        ({}, 40003),
        ([], 47001),
    ],
)
async def test_a_message_that_is_wrong_is_refused(
    http: httpx.AsyncClient, fake: RunningFake, body: Any, errcode: int
) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    assert (await post(http, "message/custom/send", body))["errcode"] == errcode
    assert fake.wechat.windows.allowance(OPENID).left == 5
    assert not fake.sent


async def test_somebody_who_left_gets_nothing(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.unfollow(OPENID)
    assert (await post(http, "message/custom/send", text()))["errcode"] == 43004


async def test_an_unverified_account_may_not_send(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.authorised = False
    assert (await post(http, "message/custom/send", text()))["errcode"] == 48001


async def test_escaped_bodies_are_seen_in_the_journal(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    await http.post("message/custom/send", content=b'{"touser":"%s","x":"\\u4f60"}' % OPENID.encode())
    journal = (await http.get(f"{fake.url}/control/journal")).json()
    assert journal[-1]["escaped"] is True


async def test_typing_ends_30_seconds_after_the_user(http: httpx.AsyncClient, fake: RunningFake, clock: Clock) -> None:
    body = {"touser": OPENID, "command": "Typing"}
    fake.wechat.windows.opened_by_message(OPENID)
    assert (await post(http, "message/custom/typing", body))["errcode"] == 0
    clock.advance(seconds=31)
    assert (await post(http, "message/custom/typing", body))["errcode"] == 45080
    assert (await post(http, "message/custom/typing", {**body, "command": "x"}))["errcode"] == 45072


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({}, 0),
        ({"template_id": "unknown"}, 40037),
        ({"data": {"thing1": {"value": "a"}}}, 47003),
        ({"data": {**FIELDS, "thing1": {"value": "长" * 21}}}, 47003),
        ({"touser": "oNobody"}, 40003),
    ],
)
async def test_templates_are_checked(http: httpx.AsyncClient, change: dict[str, Any], errcode: int) -> None:
    body = {"touser": OPENID, "template_id": "tmpl-taken", "data": FIELDS, **change}
    assert (await post(http, "message/template/send", body))["errcode"] == errcode


async def test_the_same_template_may_go_out_again_after_ten_minutes(
    http: httpx.AsyncClient, fake: RunningFake, clock: Clock
) -> None:
    body = {"touser": OPENID, "template_id": "tmpl-taken", "data": FIELDS, "client_msg_id": "once"}
    first = await post(http, "message/template/send", body)
    assert (await post(http, "message/template/send", body))["msgid"] == first["msgid"]
    clock.advance(minutes=10)
    assert (await post(http, "message/template/send", body))["msgid"] != first["msgid"]
    assert len(fake.sent) == 2


async def test_a_template_message_is_followed_by_its_event(http: httpx.AsyncClient, fake: RunningFake) -> None:
    events: asyncio.Queue[tuple[str, int, str]] = asyncio.Queue()

    async def finished(openid: str, msgid: int, status: str) -> None:
        await events.put((openid, msgid, status))

    fake.wechat.job_finished = finished
    body = {"touser": OPENID, "template_id": "tmpl-taken", "data": FIELDS}
    msgid = (await post(http, "message/template/send", body))["msgid"]
    assert await events.get() == (OPENID, msgid, "success")


async def test_uploaded_media_comes_back_for_three_days(
    http: httpx.AsyncClient, fake: RunningFake, clock: Clock
) -> None:
    files = {"media": ("photo.jpg", b"\xff\xd8photo", "image/jpeg")}
    uploaded = (await http.post("media/upload", params={"type": "image"}, files=files)).json()
    got = await http.get("media/get", params={"media_id": uploaded["media_id"]})
    assert got.content == b"\xff\xd8photo"
    assert got.headers["content-disposition"] == 'attachment; filename="photo.jpg"'
    clock.advance(days=3)
    token, _ = fake.wechat.tokens.stable(force=False)
    query = {"media_id": uploaded["media_id"], "access_token": token}
    got = await http.get("media/get", params=query)
    assert got.json()["errcode"] == 40007


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [("film", b"x", 40004), ("image", b"", 41005), ("thumb", b"x" * (64 * 1024 + 1), 40006)],
)
async def test_wrong_uploads_are_refused(http: httpx.AsyncClient, kind: str, content: bytes, errcode: int) -> None:
    files = {"media": ("file", content, "image/jpeg")}
    assert (await http.post("media/upload", params={"type": kind}, files=files)).json()["errcode"] == errcode


@pytest.mark.parametrize("media_id", ["", "..", "../../etc/passwd", "x" * 40])
async def test_media_ids_lead_nowhere_else(http: httpx.AsyncClient, fake: RunningFake, media_id: str) -> None:
    assert (await http.get("media/get", params={"media_id": media_id})).json()["errcode"] == 40007
    assert (await http.get(f"{fake.url}/picture/{media_id}")).status_code in (404, 307)


BUTTON = {"type": "click", "name": "提需求", "key": "submit"}


@pytest.mark.parametrize(
    ("menu", "errcode"),
    [
        ({"button": [BUTTON]}, 0),
        ({"button": [{"name": "更多", "sub_button": [BUTTON] * 5}]}, 0),
        ({"button": []}, 40016),
        ({"button": [BUTTON] * 4}, 40016),
        ({"button": [{**BUTTON, "name": "一二三四五六"}]}, 40018),
        ({"button": [{**BUTTON, "key": ""}]}, 40019),
        ({"button": [{**BUTTON, "type": "x"}]}, 40017),
        ({"button": [{"type": "view", "name": "官网"}]}, 40020),
        ({"button": [{"name": "更多", "sub_button": [BUTTON] * 6}]}, 40023),
        ({"button": [{"name": "更多", "sub_button": [{**BUTTON, "name": "长" * 21}]}]}, 40025),
    ],
)
async def test_menus_are_checked(http: httpx.AsyncClient, menu: dict[str, Any], errcode: int) -> None:
    assert (await post(http, "menu/create", menu))["errcode"] == errcode


async def test_a_menu_is_shown_and_deleted(http: httpx.AsyncClient) -> None:
    assert (await http.get("menu/get")).json()["errcode"] == 46003
    await post(http, "menu/create", {"button": [BUTTON]})
    assert (await http.get("menu/get")).json() == {"menu": {"button": [BUTTON]}}
    assert (await http.get("menu/delete")).json()["errcode"] == 0
    assert (await http.get("menu/get")).json()["errcode"] == 46003


async def test_faults_are_scripted_over_http(http: httpx.AsyncClient, fake: RunningFake) -> None:
    control = f"{fake.url}/control"
    script = {"kind": "errcode", "path": "getcallbackip", "errcode": -1, "times": 2}
    assert (await http.post(f"{control}/faults", json=script)).status_code == 204
    codes = [(await http.get("getcallbackip")).json().get("errcode", 0) for _ in range(3)]
    assert codes == [-1, -1, 0]
    assert (await http.post(f"{control}/faults", json={"kind": "x"})).status_code == 422


async def test_an_answer_may_be_lost_after_the_call_took_effect(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    script = {"kind": "reset", "path": "custom/send", "after_effect": True}
    await http.post(f"{fake.url}/control/faults", json=script)
    with pytest.raises(httpx.NetworkError):
        await post(http, "message/custom/send", text())
    assert fake.texts() == ["您好"]


async def test_tokens_and_windows_are_ended_over_http(http: httpx.AsyncClient, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    await http.post(f"{fake.url}/control/windows/close", json={"openid": OPENID})
    assert (await post(http, "message/custom/send", text()))["errcode"] == 45015
    await http.post(f"{fake.url}/control/tokens/invalidate")
    assert (await post(http, "message/custom/send", text()))["errcode"] == 40001
