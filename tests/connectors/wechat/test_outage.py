"""The database goes away and comes back: nothing is lost, one apology at most."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.wechat.wording import load_texts
from models import Database, Notice, UnavailableError
from tests.conftest import Clock
from tests.connectors.wechat.webhook_bench import OPENID, Webhook, short, webhook

OUTAGE = load_texts().outage
QUICK = short(store=1.0, recovery=(0.05,))


@pytest.fixture
async def hook(sqlite_database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Webhook]:
    async with webhook(sqlite_database, clock, tmp_path, QUICK) as running:
        yield running


class Slow:
    """Somebody holds the database so that nobody else can write."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "zhuli.db", isolation_level=None)
        self._connection.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


class Gone:
    """The database is not where it was."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._path, self._aside = folder / "zhuli.db", folder / "aside.db"
        database.engine.dispose()
        self._path.rename(self._aside)
        self._path.mkdir()

    def end(self) -> None:
        self._path.rmdir()
        self._aside.rename(self._path)


def told(database: Database) -> list[str]:
    with database.read() as session:
        return [notice.text for notice in session.query(Notice).order_by(Notice.id)]


async def settled(hook: Webhook, count: int) -> None:
    """Returns when the outage is over and `count` replies were pushed."""
    async with asyncio.timeout(60):
        while hook.desk._outage.pending or len(told(hook.database)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await hook.desk.idle()


async def test_messages_are_kept_and_worked_on_when_the_database_is_back(hook: Webhook, tmp_path: Path) -> None:
    gone = Gone(hook.database, tmp_path)
    assert await hook.say("一") == OUTAGE
    assert await hook.say("二") is None
    assert await hook.say("三", openid="oSomebodyElse") == OUTAGE
    assert "一" not in (tmp_path / "inbox-spill.jsonl").read_text()
    gone.end()
    await settled(hook, 3)
    assert sorted(told(hook.database)) == ["听到：一", "听到：三", "听到：二"]
    assert hook.parrot.texts.index("一") < hook.parrot.texts.index("二")
    assert (tmp_path / "inbox-spill.jsonl").read_text() == ""
    assert await hook.say("四") == "听到：四"


async def test_a_database_that_is_only_slow_is_nothing_to_apologise_for(hook: Webhook, tmp_path: Path) -> None:
    slow = Slow(tmp_path)
    assert await hook.say("一") is None
    slow.end()
    await settled(hook, 1)
    assert told(hook.database) == ["听到：一"]
    assert hook.parrot.texts == ["一"]


async def test_what_lies_on_the_disk_survives_the_process(
    sqlite_database: Database, clock: Clock, tmp_path: Path
) -> None:
    gone = Gone(sqlite_database, tmp_path)
    async with webhook(sqlite_database, clock, tmp_path, short(store=1.0, recovery=(60.0,))) as first:
        assert await first.say("一") == OUTAGE
    gone.end()
    async with webhook(sqlite_database, clock, tmp_path, QUICK) as second:
        await second.desk.idle()
        assert second.parrot.texts == ["一"]
        assert told(sqlite_database) == ["听到：一"]


async def test_a_turn_that_cannot_be_kept_is_run_again_with_one_apology(hook: Webhook) -> None:
    down = [True, True]

    def fails() -> None:
        if down:
            down.pop()
            raise UnavailableError("commit", {}, Exception("gone"))

    hook.parrot.before_record = fails
    assert await hook.say("一") == OUTAGE
    await settled(hook, 1)
    assert told(hook.database) == ["听到：一"]
    with hook.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM message")).scalar_one() == 2


async def test_a_retry_of_a_kept_push_is_not_worked_on_twice(hook: Webhook, tmp_path: Path) -> None:
    push = hook.pushes().text(OPENID, "一")
    gone = Gone(hook.database, tmp_path)
    assert await hook.push(push) == OUTAGE
    assert await hook.push(push) is None
    gone.end()
    await settled(hook, 1)
    assert await hook.push(push) is None
    assert hook.parrot.texts == ["一"]
