"""Experts and results in a liaison's message: worked out once, before the first delivery, and never in its way."""

import threading
from datetime import timedelta

import pytest

from bot.outbox.completion import before_link
from bot.outbox.pace import Pace
from bot.services.case_notices import PROPOSALS
from connectors.ports import Dead, Delivered, Retry
from tests.outbox.conftest import Outbox

NUMBER = "CD-20261120-0001"
TEXT = "【新需求】涂布厚度不均匀\n请在 11 月 24 日前签收。\n查看与办理：https://zhuli.example.org/l/abc"
LINE = "可请教：示例专家甲（电化学）——详见链接"
COMPLETE = TEXT.replace("签收。\n", f"签收。\n{LINE}\n")


def write(outbox: Outbox, channel: str = "telegram", number: str | None = NUMBER) -> None:
    outbox.write(TEXT, "1", channel=channel, demand_no=number, data={PROPOSALS: None, "buttons": []})


async def test_the_line_stands_before_the_link_and_is_kept(outbox: Outbox) -> None:
    asked: list[tuple[str, str]] = []

    def lines(demand_no: str, channel: str) -> str:
        asked.append((demand_no, channel))
        return LINE

    write(outbox)
    await outbox.worker(lines=lines).round()
    assert asked == [(NUMBER, "telegram")]
    assert outbox.channel.texts == [COMPLETE]
    kept = outbox.notice()
    assert (kept.state, kept.text) == ("delivered", TEXT)
    assert kept.data == {PROPOSALS: LINE, "buttons": []}


async def test_it_is_worked_out_once_whatever_the_channel_answers(outbox: Outbox) -> None:
    given = iter([LINE])
    write(outbox)
    outbox.channel.answers.extend(
        [Retry("later"), Retry("later", timedelta(0), {"part": 1}), Delivered({"message": 7})]
    )
    for _ in range(3):
        await outbox.worker(lines=lambda *_: next(given)).round()
        outbox.clock.advance(minutes=1)
    assert outbox.channel.texts == [COMPLETE] * 3
    assert outbox.notice().data == {PROPOSALS: LINE, "buttons": [], "part": 1, "message": 7}


async def test_what_goes_wrong_there_does_not_keep_the_message_and_is_not_tried_again(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def broken(demand_no: str, channel: str) -> str:
        asked.append(demand_no)
        raise RuntimeError("张三丰 13800000000")

    write(outbox)
    outbox.channel.answers.extend([Retry("later")])
    worker = outbox.worker(lines=broken)
    await worker.round()
    outbox.clock.advance(minutes=1)
    await worker.round()
    assert outbox.channel.texts == [TEXT, TEXT]
    assert outbox.states() == ["delivered"]
    assert asked == [NUMBER]
    assert "goes out without proposals: RuntimeError" in caplog.text
    assert "张三丰" not in caplog.text


async def test_a_message_does_not_wait_for_models_that_take_too_long(outbox: Outbox) -> None:
    ready = threading.Event()

    def slow(demand_no: str, channel: str) -> str:
        ready.wait(60)
        return LINE

    write(outbox)
    worker = outbox.worker(lines=slow, completion=0.05)
    await worker.round()
    assert outbox.channel.texts == [TEXT]
    outbox.write(TEXT, "2", channel="telegram", demand_no=NUMBER, data={PROPOSALS: None})
    await worker.round()
    assert outbox.channel.texts == [TEXT, TEXT]
    assert outbox.states() == ["delivered", "delivered"]
    ready.set()


@pytest.mark.parametrize("line", ["", LINE])
async def test_other_notices_are_not_worked_on(outbox: Outbox, line: str) -> None:
    def never(demand_no: str, channel: str) -> str:
        raise AssertionError

    outbox.write("已签收", demand_no=NUMBER)
    write(outbox, number=None)
    outbox.write(TEXT, "3", channel="telegram", demand_no=NUMBER, data={PROPOSALS: line})
    await outbox.worker(lines=never).round()
    assert outbox.channel.texts == ["已签收", TEXT, COMPLETE if line else TEXT]


async def test_one_that_could_not_be_delivered_is_worked_out_again_when_staff_send_it_again(outbox: Outbox) -> None:
    write(outbox)
    outbox.channel.answers.append(Dead("blocked"))
    await outbox.worker(lines=lambda *_: LINE).round()
    assert outbox.states() == ["dead"]
    assert outbox.notice().data == {PROPOSALS: None, "buttons": []}


@pytest.mark.parametrize(
    ("text", "complete"), [("问题\n链接", "问题\nL\n链接"), ("链接", "L\n链接"), ("a\nb\nc", "a\nb\nL\nc")]
)
def test_the_link_stays_last(text: str, complete: str) -> None:
    assert before_link(text, "L") == complete
    assert before_link(text, "") == text


def test_two_workers_never_send_the_same_while_one_still_works_it_out() -> None:
    pace = Pace()
    assert timedelta(seconds=pace.completion + pace.delivery) < pace.lease
