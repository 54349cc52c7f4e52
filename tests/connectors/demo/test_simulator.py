"""The simulator's JSON API with a webhook behind it, over real sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from connectors.demo.pusher import Timing
from connectors.demo.simulator import Demo, build_demo
from tests.fakes.servers import free_socket, serve
from tests.fakes.webhook import Webhook, accept, echo, never
from tests.fakes.wechat import ACCOUNT, TEMPLATES

PATIENT = Timing(deadline=60.0, apart=0.0)
IMPATIENT = Timing(deadline=2.0, apart=0.0)
Answering = Callable[[dict[str, str]], Awaitable[Any]]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Bench:
    """A running demo, its webhook and a client of its API."""

    demo: Demo
    hook: Webhook
    http: httpx.AsyncClient
    url: str

    async def phone(self, **given: Any) -> str:
        response = await self.http.post("api/phones", json={"subscribe": True, **given})
        await self.demo.player.drain()
        assert response.status_code == 201
        return str(response.json()["openid"])

    async def act(self, openid: str, **given: Any) -> httpx.Response:
        response = await self.http.post(f"api/phones/{openid}/messages", json=given)
        await self.demo.player.drain()
        return response

    async def state(self, openid: str, **query: Any) -> dict[str, Any]:
        state: dict[str, Any] = (await self.http.get(f"api/phones/{openid}/events", params=query)).json()
        return state

    async def shown(self, openid: str) -> list[tuple[str, str, str]]:
        events = (await self.state(openid))["events"]
        return [(event["side"], event["kind"], event["text"]) for event in events]


@asynccontextmanager
async def bench(directory: Path, answer: Answering, timing: Timing = PATIENT) -> AsyncIterator[Bench]:
    hook = Webhook(ACCOUNT, answer)
    bound = free_socket()
    public = f"http://127.0.0.1:{bound.getsockname()[1]}/demo"
    async with serve(hook.app) as hook_url:
        demo = build_demo(
            ACCOUNT,
            f"{hook_url}/webhook",
            directory,
            now,
            public_url=public,
            templates=TEMPLATES,
            timing=timing,
        )
        async with serve(Starlette(routes=[Mount("/demo", demo.app)]), bound):
            async with httpx.AsyncClient(base_url=public, timeout=60, trust_env=False) as http:
                yield Bench(demo, hook, http, public)
            await demo.close()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path, echo) as made:
        yield made


async def test_a_message_and_its_passive_reply_are_shown(running: Bench) -> None:
    openid = await running.phone()
    assert (await running.act(openid, type="text", text="涂布厚度不均匀")).status_code == 202
    assert await running.shown(openid) == [
        ("note", "subscribe", "你已关注公众号"),
        ("bot", "text", "您说：event"),
        ("user", "text", "涂布厚度不均匀"),
        ("bot", "text", "您说：涂布厚度不均匀"),
    ]


async def test_an_account_that_does_not_answer_is_shown_honestly(tmp_path: Path) -> None:
    async with bench(tmp_path, accept, IMPATIENT) as made:
        openid = await made.phone()
        made.hook.answer = never
        await made.act(openid, type="text", text="您好")
        shown = await made.shown(openid)
    assert [kind for _, kind, _ in shown[2:]] == ["timed_out"] * 3 + ["out_of_service"]
    assert shown[-1][2] == "该公众号暂时无法提供服务，请稍后再试"


async def test_a_customer_service_message_arrives_while_the_page_waits(running: Bench) -> None:
    openid = await running.phone()
    await running.act(openid, type="text", text="您好")
    seen = (await running.state(openid))["events"][-1]["seq"]
    token, _ = running.demo.wechat.tokens.stable(force=False)
    body = {"touser": openid, "msgtype": "text", "text": {"content": "已签收"}}
    waiting = running.state(openid, after=seen, wait=5)
    sent = await running.http.post("wechat-api/cgi-bin/message/custom/send", params={"access_token": token}, json=body)
    assert sent.json()["errcode"] == 0
    events = (await waiting)["events"]
    assert [(event["text"], event["data"]["by"]) for event in events] == [("已签收", "service")]


async def test_the_quota_is_shown(running: Bench) -> None:
    openid = await running.phone(subscribe=False)
    assert (await running.state(openid))["allowance"] == {"left": 0, "until": None}
    await running.act(openid, type="subscribe")
    assert (await running.state(openid))["allowance"]["left"] == 3
    await running.act(openid, type="text", text="您好")
    assert (await running.state(openid))["allowance"]["left"] == 8


async def test_history_and_windows_survive_a_restart(tmp_path: Path) -> None:
    async with bench(tmp_path, echo) as made:
        openid = await made.phone(name="王师傅")
        await made.act(openid, type="text", text="您好")
        made.demo.wechat.send_custom({"touser": openid, "msgtype": "text", "text": {"content": "已签收"}})
        before = await made.state(openid)
    async with bench(tmp_path, echo) as made:
        after = await made.state(openid)
        phones = (await made.http.get("api/phones")).json()["phones"]
    assert phones == [{"openid": openid, "name": "王师傅"}]
    assert after["events"] == before["events"]
    assert after["follows"] is True
    assert after["allowance"]["left"] == 4


async def test_several_users_keep_apart(running: Bench) -> None:
    one, other = await running.phone(), await running.phone()
    await running.act(one, type="text", text="一")
    assert ("user", "text", "一") not in await running.shown(other)
    assert {message["FromUserName"] for message in running.hook.messages} == {one, other}


@pytest.mark.parametrize(
    ("given", "pushed"),
    [
        ({"type": "voice", "seconds": 3}, {"MsgType": "voice", "Recognition": None}),
        ({"type": "video"}, {"MsgType": "video"}),
        (
            {"type": "location", "latitude": 30.8, "longitude": 103.9, "label": "菁蓉镇"},
            {"MsgType": "location", "Location_X": "30.800000", "Label": "菁蓉镇"},
        ),
        ({"type": "link", "title": "标题", "url": "https://example.com"}, {"MsgType": "link", "Title": "标题"}),
        ({"type": "sticker"}, {"Content": "【收到不支持的消息类型，暂无法显示】"}),
        ({"type": "click", "key": "submit", "label": "提需求"}, {"Event": "CLICK", "EventKey": "submit"}),
        ({"type": "scan", "key": "7"}, {"Event": "SCAN", "EventKey": "7"}),
        ({"type": "position", "latitude": 30.8, "longitude": 103.9}, {"Event": "LOCATION"}),
        ({"type": "unsubscribe"}, {"Event": "unsubscribe"}),
    ],
)
async def test_every_button_pushes_its_kind(running: Bench, given: dict[str, Any], pushed: dict[str, Any]) -> None:
    openid = await running.phone()
    assert (await running.act(openid, **given)).status_code == 202
    message = running.hook.messages[-1]
    assert {name: message[name] for name in pushed} == pushed


async def test_a_picture_can_be_fetched_by_address_and_by_media_id(running: Bench) -> None:
    openid = await running.phone()
    sent = await running.http.post(
        f"api/phones/{openid}/images", content=b"\x89PNG picture", headers={"Content-Type": "image/png"}
    )
    await running.demo.player.drain()
    assert sent.status_code == 202
    message = running.hook.messages[-1]
    assert (await running.http.get(message["PicUrl"])).content == b"\x89PNG picture"
    token, _ = running.demo.wechat.tokens.stable(force=False)
    query = {"access_token": token, "media_id": message["MediaId"]}
    got = await running.http.get("wechat-api/cgi-bin/media/get", params=query)
    assert got.content == b"\x89PNG picture"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"type": "text", "text": " "}, "text"),
        ({"type": "text", "text": "长" * 4001}, "text"),
        ({"type": "voice", "seconds": 61}, "voice"),
        ({"type": "location", "latitude": 91, "longitude": 0}, "location"),
        ({"type": "location"}, "location"),
        ({"type": "file"}, "type"),
        ({"type": "subscribe"}, "already_following"),
    ],
)
async def test_what_wechat_would_not_send_is_refused(running: Bench, given: dict[str, Any], reason: str) -> None:
    openid = await running.phone()
    pushes = len(running.hook.messages)
    response = await running.act(openid, **given)
    assert (response.status_code, response.json()) == (409, {"error": reason})
    assert len(running.hook.messages) == pushes


async def test_without_following_nothing_can_be_sent(running: Bench) -> None:
    openid = await running.phone(subscribe=False)
    assert (await running.act(openid, type="text", text="您好")).json() == {"error": "not_following"}
    assert not running.hook.messages


async def test_another_sites_form_cannot_send(running: Bench) -> None:
    openid = await running.phone()
    path = f"api/phones/{openid}/messages"
    assert (await running.http.post(path, data={"type": "text"})).status_code == 415
    assert (await running.http.post(path, content=b'{"type":"text"}')).status_code == 415
    headers = {"Content-Type": "application/json"}
    assert (await running.http.post(path, content=b"[1]", headers=headers)).status_code == 422
    assert (await running.http.post("api/phones/oNobody/messages", json={})).status_code == 404


async def test_a_template_message_is_a_card_and_its_event_is_pushed(running: Bench) -> None:
    openid = await running.phone()
    token, _ = running.demo.wechat.tokens.stable(force=False)
    fields = {"thing1": {"value": "锂电池"}, "phrase2": {"value": "已签收"}}
    body = {"touser": openid, "template_id": "tmpl-taken", "data": fields}
    await running.http.post("wechat-api/cgi-bin/message/template/send", params={"access_token": token}, json=body)
    for _ in ("subscribe", "template"):
        await running.hook.arrivals.acquire()
    card = (await running.state(openid))["events"][-1]
    assert (card["kind"], card["text"], card["data"]["fields"]["状态"]) == ("template", "需求进度提醒", "已签收")
    assert running.hook.messages[-1]["Event"] == "TEMPLATESENDJOBFINISH"


async def test_robot_messages_appear_in_the_group(running: Bench) -> None:
    body = {"msgtype": "markdown", "markdown": {"content": "**新需求** [处理](http://127.0.0.1/l/x)"}}
    for path in ("wecom/webhook/send", "wecom/cgi-bin/webhook/send"):
        answer = await running.http.post(path, params={"key": "robot-1"}, json=body)
        assert answer.json()["errcode"] == 0
    events = (await running.http.get("api/robots/events")).json()["events"]
    assert [event["text"] for event in events] == [body["markdown"]["content"]] * 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("key", "body", "errcode"),
    [
        ("", {"msgtype": "text", "text": {"content": "x"}}, 93000),
        ("k", {"msgtype": "text", "text": {"content": ""}}, 44004),
        ("k", {"msgtype": "text", "text": {"content": "长" * 683}}, 40058),
        ("k", {"msgtype": "poem"}, 40008),
        ("k", [], 47001),
    ],
)
async def test_wrong_robot_messages_are_refused(running: Bench, key: str, body: Any, errcode: int) -> None:
    answer = await running.http.post("wecom/webhook/send", params={"key": key}, json=body)
    assert answer.json()["errcode"] == errcode


async def test_a_robot_takes_twenty_messages_a_minute(running: Bench) -> None:
    body = {"msgtype": "text", "text": {"content": "提醒"}}
    answers = [
        (await running.http.post("wecom/webhook/send", params={"key": "k"}, json=body)).json()["errcode"]
        for _ in range(21)
    ]
    assert answers == [0] * 20 + [45009]


async def test_the_page_has_a_strict_policy(running: Bench) -> None:
    page = await running.http.get("./")
    assert page.status_code == 200
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "<script>" not in page.text
    for name in ("simulator.js", "simulator.css", "icon.svg"):
        assert (await running.http.get(f"static/{name}")).status_code == 200
