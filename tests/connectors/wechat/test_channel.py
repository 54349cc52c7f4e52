"""The webhook on a real socket: one answer for each push."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models import Database
from tests.conftest import Clock
from tests.connectors.wechat.webhook_bench import OPENID, SENDER, Webhook, webhook


@pytest.fixture
async def hook(database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Webhook]:
    async with webhook(database, clock, tmp_path) as running:
        yield running


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


async def test_a_text_is_answered_passively_and_recorded(hook: Webhook) -> None:
    assert await hook.say("涂布厚度不均匀") == "听到：涂布厚度不均匀"
    await hook.desk.idle()
    assert rows(hook.database, "SELECT kind, state, attempts FROM inbox") == [("text", "answered", 1)]
    assert [row[0] for row in rows(hook.database, "SELECT author FROM message ORDER BY id")] == ["user", "bot"]
    assert hook.parrot.heard[0].sender_id == SENDER


async def test_the_address_check_is_answered_with_the_echo(hook: Webhook) -> None:
    from connectors.demo.pusher import Pusher
    from tests.connectors.wechat.webhook_bench import ACCOUNT

    async with Pusher(ACCOUNT, hook.url, hook.clock) as pusher:
        assert await pusher.verify()


async def test_parallel_deliveries_make_one_turn_and_the_same_answer(hook: Webhook) -> None:
    push = hook.pushes().text(OPENID, "你好")
    hook.parrot.gate.clear()
    deliveries = [asyncio.create_task(hook.push(push)) for _ in range(3)]
    await hook.parrot.entered.wait()
    hook.parrot.gate.set()
    assert set(await asyncio.gather(*deliveries)) == {"听到：你好"}
    assert len(hook.parrot.heard) == 1
    assert rows(hook.database, "SELECT count(*) FROM inbox") == [(1,)]
