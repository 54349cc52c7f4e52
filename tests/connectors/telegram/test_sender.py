"""What becomes of notices to liaisons when Telegram is difficult."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from connectors.ports import Dead, Delivered, Outcome, Outgoing, Retry
from connectors.telegram.sender import TelegramSender
from tests.connectors.telegram.conftest import BACKUP, PRIMARY, Office
from tests.fakes.telegram import TOKEN, Fault, Refused


def notice(recipient: str = "1", text: str = "【新需求】CD-20261120-0001", **data: Any) -> Outgoing:
    return Outgoing(7, "liaison_assigned", recipient, text, data, "telegram:assigned:CD-20261120-0001:2:1")


@pytest.fixture
def sender(office: Office) -> TelegramSender:
    return office.channel().sender


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (
            Fault(Refused(429, "Too Many Requests: retry after 7", retry_after=7)),
            Retry("too_often", timedelta(seconds=7)),
        ),
        (Fault(Refused(403, "Forbidden: user is deactivated")), Dead("blocked")),
        (Fault(Refused(400, "Bad Request: chat not found")), Dead("chat_not_found")),
        (Fault(Refused(400, "Bad Request: wrong file identifier")), Dead("refused")),
        (Fault(Refused(401, "Unauthorized")), Retry("token", timedelta(minutes=10))),
        (Fault(Refused(500, "Internal Server Error")), Retry("NetworkError")),
        (Fault(html=True), Retry("NetworkError")),
    ],
)
async def test_telegrams_errors_are_outcomes(
    office: Office, sender: TelegramSender, fault: Fault, outcome: Outcome
) -> None:
    office.fake.fail("sendMessage", fault)
    assert await sender.deliver(notice()) == outcome


async def test_the_notice_remembers_its_message(office: Office, sender: TelegramSender) -> None:
    outcome = await sender.deliver(notice(buttons=[{"title": "签收", "token": "abc"}]))
    assert outcome == Delivered({"telegram_message": office.fake.last(PRIMARY).message_id})
    assert office.fake.last(PRIMARY).buttons == {"签收": "abc"}


async def test_a_liaison_who_left_is_not_written_to(office: Office, sender: TelegramSender) -> None:
    assert await sender.deliver(notice("9999")) == Dead("no_telegram")
    assert office.fake.count("sendMessage") == 0


async def test_a_text_above_the_limit_keeps_its_link(office: Office, sender: TelegramSender) -> None:
    await sender.deliver(notice(text="厚度" * 3000 + "\n查看与办理：https://zhuli.example.org/l/abc"))
    text = office.fake.last(PRIMARY).text
    assert len(text) == 4096
    assert text.endswith("…\n查看与办理：https://zhuli.example.org/l/abc")


async def test_a_demand_of_a_liaison_who_blocked_the_bot_goes_to_the_colleague(office: Office) -> None:
    office.fake.blocked_by.add(PRIMARY)
    office.town.submit("a")
    await office.deliver()
    assert office.town.notices("telegram")[0].state == "dead"
    assert list(office.fake.last(BACKUP).buttons) == ["签收", "退回", "转派"]


async def test_the_token_and_what_people_wrote_are_in_no_log_line(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "签收")
        office.fake.fail("sendMessage", Fault(Refused(403, "Forbidden: bot was blocked by the user")))
        await office.channel().sender.deliver(notice())
    assert "sendMessage" in caplog.text
    assert TOKEN not in caplog.text
    assert "涂布厚度总是不均匀" not in caplog.text
