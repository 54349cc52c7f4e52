"""Polling when Telegram or the database are difficult."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.ports import Outgoing, Retry
from connectors.telegram.channel import TelegramChannel
from tests.connectors.telegram.conftest import PRIMARY, Office
from tests.fakes.telegram import Fault, Refused


async def test_polling_begins_when_telegram_comes_back(office: Office) -> None:
    office.fake.fail("getMe", Fault(html=True), Fault(Refused(500, "Internal Server Error")))
    message = await office.demand_sent()
    async with office.running():
        assert await office.press(message, "签收") == "已签收"
    assert office.fake.count("getMe") == 3


async def test_polling_goes_on_after_a_failed_poll(office: Office) -> None:
    office.fake.fail("getUpdates", Fault(html=True))
    message = await office.demand_sent()
    async with office.running():
        assert await office.press(message, "签收") == "已签收"


async def test_a_second_poller_is_a_warning_and_no_end(office: Office) -> None:
    message = await office.demand_sent()
    with listening("Conflict") as heard:
        async with office.running(), office.running():
            await asyncio.wait_for(heard.wait(), 60)
    async with office.running():
        assert await office.press(message, "签收") == "已签收"
    assert office.town.kinds().count("taken") == 1


async def test_a_refused_token_is_told_by_the_name_of_its_setting(office: Office) -> None:
    stop = asyncio.Event()
    wrong = TelegramChannel("1:wrong", office.url, None, lambda _: None)  # type: ignore[arg-type]
    with listening("ZHULI_TELEGRAM_TOKEN") as heard:
        task = asyncio.create_task(wrong.run(stop))
        await asyncio.wait_for(heard.wait(), 60)
    stop.set()
    await task
    await wrong.close()


async def test_stopping_does_not_wait_for_a_telegram_that_hangs(office: Office) -> None:
    office.fake.fail("getMe", Fault(applied=True))
    stop, channel = asyncio.Event(), office.channel(stop=0.05, answer=3600.0)
    with listening("did not stop in time") as heard:
        task = asyncio.create_task(channel.run(stop))
        await office.fake.until(lambda: office.fake.count("getMe"))
        stop.set()
        await task
        await heard.wait()


async def test_an_answer_that_never_comes_is_unknown_and_tried_again(office: Office) -> None:
    office.fake.fail("sendMessage", Fault(applied=True))
    sender = office.channel(answer=0.2).sender
    notice = Outgoing(7, "liaison_assigned", "1", "【新需求】CD-20261120-0001", {}, "telegram:assigned:1")
    assert await sender.deliver(notice) == Retry("TimedOut")
    assert office.fake.last(PRIMARY).text == notice.text


async def test_flood_limits_are_waited_for_and_lost_answers_asked_again(office: Office) -> None:
    message = await office.demand_sent()
    office.fake.fail("editMessageText", Fault(Refused(429, "Too Many Requests: retry after 0", retry_after=0)))
    office.fake.fail("editMessageText", Fault(html=True))
    async with office.running():
        assert await office.press(message, "签收") == "已签收"
    assert office.fake.count("editMessageText") == 3


async def test_an_edit_whose_answer_was_lost_is_no_harm(office: Office) -> None:
    message = await office.demand_sent()
    office.fake.fail("editMessageText", Fault(html=True, applied=True))
    async with office.running():
        await office.press(message, "签收")
        await office.fake.until(lambda: office.fake.count("editMessageText") == 2)
    assert message.edits == 1


async def test_when_the_database_is_down_the_person_is_asked_to_try_again(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        _rename(office, "action_token", "lost")
        answer = await office.fake.answer_to(await office.fake.press(message.message_id, "签收", PRIMARY))
        assert answer.alert
        assert "稍后" in answer.text
        _rename(office, "lost", "action_token")
        assert await office.press(message, "签收") == "已签收"


def _rename(office: Office, table: str, name: str) -> None:
    with office.town.db.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


@contextmanager
def listening(words: str) -> Iterator[asyncio.Event]:
    """An event that is set once `words` are logged."""
    heard, loop = asyncio.Event(), asyncio.get_running_loop()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                loop.call_soon_threadsafe(heard.set)

    ear = Ear()
    logging.getLogger().addHandler(ear)
    yield heard
    logging.getLogger().removeHandler(ear)
