"""The outbox over both databases with deliverers that do as they are told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.outbox import writer
from bot.outbox.completion import Lines
from bot.outbox.worker import OutboxWorker, Pace
from bot.services.conversations import ConversationLog
from bot.services.deliveries_log import DeliveryLog
from connectors.ports import Delivered, Outcome, Outgoing
from models import AuditEntry, Conversation, Database, Message, Notice
from tests.conftest import Clock

PERSON = "wx0000:openid-1"


def nothing(demand_no: str, channel: str) -> str:
    """No message is completed."""
    return ""


@dataclass
class Channel:
    """Delivers nothing; answers what stands next in `answers`, else that it was delivered."""

    answers: deque[Outcome | Exception] = field(default_factory=deque)
    got: list[Outgoing] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Deliveries wait for it when there is one."""
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        self.got.append(outgoing)
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.popleft() if self.answers else Delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.got]


@dataclass
class Outbox:
    """Writes notices and looks at what became of them."""

    db: Database
    clock: Clock
    channel: Channel = field(default_factory=Channel)

    def worker(
        self, owner: str = "one", channel: Channel | None = None, lines: Lines = nothing, **pace: Any
    ) -> OutboxWorker:
        log = DeliveryLog(self.db, self.clock, ConversationLog(self.db, self.clock), owner)
        deliverers = {"wechat": channel or self.channel, "telegram": channel or self.channel}
        allowed = Pace(**{"poll": 0.01, **pace})
        return OutboxWorker(log, deliverers, self.clock, allowed, jitter=lambda: 0.0, lines=lines)

    def write(self, text: str, recipient: str = PERSON, **given: Any) -> bool:
        with self.db.begin() as session:
            return writer.write(
                session,
                **{
                    "kind": "taken",
                    "channel": "wechat",
                    "recipient": recipient,
                    "text": text,
                    "dedupe_key": f"key:{text}:{recipient}",
                    "now": self.clock(),
                    **given,
                },
            )

    def notices(self) -> list[Notice]:
        with self.db.read() as session:
            return session.query(Notice).order_by(Notice.id).all()

    def notice(self) -> Notice:
        [found] = self.notices()
        return found

    def states(self) -> list[str]:
        return [one.state for one in self.notices()]

    def conversation(self) -> tuple[Conversation | None, list[Message]]:
        with self.db.read() as session:
            return session.query(Conversation).one_or_none(), session.query(Message).order_by(Message.id).all()

    def audit(self) -> list[AuditEntry]:
        with self.db.read() as session:
            return session.query(AuditEntry).order_by(AuditEntry.id).all()


@pytest.fixture
def outbox(database: Database, clock: Clock) -> Outbox:
    return Outbox(database, clock)
