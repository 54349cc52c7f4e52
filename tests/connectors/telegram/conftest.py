"""A town whose liaisons have Telegram: the real channel, desk and outbox against the fake Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.outbox.worker import OutboxWorker
from bot.services.case_desk import CaseDesk
from bot.services.conversations import ConversationLog
from bot.services.deliveries_log import DeliveryLog
from bot.services.liaisons import LiaisonService
from connectors.telegram.channel import TelegramChannel, Times
from models import Database
from tests.conftest import Clock
from tests.fakes.servers import serve
from tests.fakes.telegram import TOKEN, FakeTelegram, Sent
from tests.fakes.town import Town

PRIMARY, BACKUP, OTHER = 10, 11, 20
"""Telegram numbers of the first station's liaisons and of the second's primary."""


@dataclass
class Office:
    """The town, Telegram, and the worker's part between them."""

    town: Town
    fake: FakeTelegram
    url: str
    channels: list[TelegramChannel] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """What the next liaisons' messages are completed with."""

    def channel(self, **times: float) -> TelegramChannel:
        """A channel as a new process has it; `times` as in Times."""
        desk = CaseDesk(self.town.db, self.town.clock, self.town.cases)
        allowed = replace(Times(timedelta(seconds=20), pauses=(0.0,)), **times)  # type: ignore[arg-type]
        people = LiaisonService(self.town.db)
        made = TelegramChannel(TOKEN, self.url, desk, people.telegram_id, times=allowed)
        self.channels.append(made)
        return made

    @asynccontextmanager
    async def running(self) -> AsyncIterator[TelegramChannel]:
        """Polls until the end of the block, then stops like the worker does."""
        stop, channel = asyncio.Event(), self.channel()
        task = asyncio.create_task(channel.run(stop))
        try:
            yield channel
        finally:
            stop.set()
            await task

    async def deliver(self) -> None:
        """Everything in the outbox for Telegram that is due."""
        town = self.town
        notices = DeliveryLog(
            town.db,
            town.clock,
            ConversationLog(town.db, town.clock, "test"),
            undeliverable=town.cases.undeliverable_in,
        )
        deliverers = {"telegram": self.channel().sender}
        worker = OutboxWorker(notices, deliverers, town.clock, lines=lambda *_: self.lines.pop(0) if self.lines else "")
        while await worker.round():
            continue

    async def demand_sent(self, to: int = PRIMARY) -> Sent:
        """The message in the liaison's chat after a demand was submitted."""
        await asyncio.to_thread(self.town.submit, "a")
        await self.deliver()
        return self.fake.last(to)

    async def press(self, message: Sent, title: str, user: int = PRIMARY) -> str:
        """What the person read on the button, once the message has changed as well."""
        edits, token = message.edits, message.buttons[title]
        callback = await self.fake.press(message.message_id, title, user)
        answer = await self.fake.answer_to(callback)
        if not answer.alert and token:
            await self.fake.until(lambda: message.edits > edits)
        return answer.text


@pytest.fixture
async def office(sqlite_database: Database, clock: Clock) -> AsyncIterator[Office]:
    town, fake = Town(sqlite_database, clock), FakeTelegram()
    for station in "abc":
        town.open_station(station)
    fake.people |= {PRIMARY, BACKUP, OTHER, 30, 999}
    async with serve(fake.app) as url:
        made = Office(town, fake, url)
        yield made
        for channel in made.channels:
            await channel.close()
