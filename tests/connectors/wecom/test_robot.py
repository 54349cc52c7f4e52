"""Notices on their way to a WeCom group."""

import logging
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.ports import Dead, Delivered, Outcome, Outgoing, Retry
from connectors.wecom.robot import WeComRobot
from tests.conftest import Clock
from tests.connectors.wecom.conftest import KEY, KEYS, Group
from tests.fakes.servers import serve

TEXT = "【新需求】CD-20261120-0001 涂布厚度不均匀\n查看与办理：http://127.0.0.1:8080/l/abc_DEF-1"


def notice(recipient: str = "1", text: str = TEXT) -> Outgoing:
    return Outgoing(7, "liaison_assigned", recipient, text, {}, "wecom:assigned:CD-20261120-0001:2:1")


async def test_a_notice_reaches_the_group_with_a_link(group: Group) -> None:
    assert await group.robot.deliver(notice()) == Delivered()
    assert group.texts() == [
        "【新需求】CD-20261120-0001 涂布厚度不均匀\n[查看与办理](http://127.0.0.1:8080/l/abc_DEF-1)"
    ]


async def test_a_liaison_without_a_robot_cannot_be_reached(group: Group) -> None:
    assert await group.robot.deliver(notice("404")) == Dead("no_robot")
    assert not group.robots.calls


async def test_an_unknown_key_is_dead(group: Group) -> None:
    assert await group.robot.deliver(notice("2")) == Dead("93000")


async def test_no_more_than_twenty_a_minute_are_sent_with_one_key(group: Group, clock: Clock) -> None:
    outcomes = [await group.robot.deliver(notice()) for _ in range(20)]
    clock.advance(seconds=20)
    assert outcomes == [Delivered()] * 20
    assert await group.robot.deliver(notice()) == Retry("pace", timedelta(seconds=40))
    assert len(group.robots.calls) == 20
    clock.advance(seconds=40)
    assert await group.robot.deliver(notice()) == Delivered()


async def test_when_wecom_says_too_often_it_is_tried_after_a_minute(group: Group, clock: Clock) -> None:
    for _ in range(20):
        group.robots.send(KEY, {"msgtype": "text", "text": {"content": "别的程序也用这个机器人"}})
    assert await group.robot.deliver(notice()) == Retry("45009", timedelta(minutes=1))


async def test_a_text_above_the_limit_is_cut_and_keeps_its_link(group: Group) -> None:
    long = "厚度😀" * 800 + "\n查看与办理：http://127.0.0.1:8080/l/abc"
    assert await group.robot.deliver(notice(text=long)) == Delivered()
    assert group.texts()[0].endswith("…\n[查看与办理](http://127.0.0.1:8080/l/abc)")
    assert len(group.texts()[0].encode()) <= 4096


async def test_the_key_is_in_no_log_line(group: Group, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await group.robot.deliver(notice())
    assert "webhook/send" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (PlainTextResponse("<html>502</html>", 502), Retry("http_502")),
        (PlainTextResponse("ok"), Retry("not_json")),
        (JSONResponse([]), Retry("unexpected_body")),
        (JSONResponse({"errcode": -1, "errmsg": "system busy"}), Retry("-1")),
        (JSONResponse({"errcode": 93008, "errmsg": "not in group"}), Dead("93008")),
    ],
)
async def test_what_goes_wrong_is_an_outcome(answer: Response, outcome: Outcome, clock: Clock) -> None:
    async def endpoint(_: Request) -> Response:
        return answer

    async with serve(Starlette(routes=[Route("/cgi-bin/webhook/send", endpoint, methods=["POST"])])) as url:
        robot = WeComRobot(url, KEYS.get, clock)
        assert await robot.deliver(notice()) == outcome
        await robot.close()


async def test_a_wecom_that_is_not_there_is_tried_again(clock: Clock) -> None:
    async with serve(Starlette()) as url:
        gone = url
    robot = WeComRobot(gone, KEYS.get, clock)
    assert await robot.deliver(notice()) == Retry("ConnectError")
    await robot.close()
