"""The worker as a real process: it polls, delivers, survives kill -9, and ends when asked."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.bootstrap import utc_now
from bot.core.case import State
from bot.settings import ROOT
from models import Cipher, Database, migrations
from tests.conftest import Clock
from tests.connectors.telegram.conftest import PRIMARY
from tests.fakes.servers import serve
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.town import Town

KEY = "worker-test-data-key"
PATIENCE = 180.0
"""Seconds for what a process does on a busy machine."""

pytestmark = pytest.mark.process


@asynccontextmanager
async def worker(folder: Path, telegram_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`zhuli worker` over the folder's database; killed at the end when it still runs."""
    environment = {
        **os.environ,
        "ZHULI_DEMO": "true",
        "ZHULI_VAR_DIR": str(folder),
        "ZHULI_DATA_KEY": KEY,
        "ZHULI_CONSOLE_PORT": "9",
        "ZHULI_TELEGRAM_TOKEN": TOKEN,
        "ZHULI_TELEGRAM_API_URL": telegram_url,
    }
    with (folder / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "worker", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    database = Database(f"sqlite:///{tmp_path}/zhuli.db", Cipher([KEY]))
    migrations.upgrade(database.engine)
    found = Town(database, Clock(utc_now()))
    for station in "ab":
        found.open_station(station)
    found.submit("a")
    return found


async def test_a_killed_worker_is_followed_by_one_that_goes_on_and_ends_when_asked(town: Town, tmp_path: Path) -> None:
    fake = FakeTelegram()
    fake.people |= {PRIMARY}
    async with serve(fake.app) as url:
        async with worker(tmp_path, url) as first:
            await fake.until(lambda: fake.messages and fake.count("getUpdates"), PATIENCE)
            first.kill()
            await first.wait()
        message = fake.last(PRIMARY)
        callback = await fake.press(message.message_id, "签收", PRIMARY)
        async with worker(tmp_path, url) as second:
            await fake.until(lambda: any(one.callback_id == callback for one in fake.answers), PATIENCE)
            await fake.until(lambda: message.edits == 1, PATIENCE)
            second.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(second.wait(), PATIENCE) == 0
    assert town.demand().state == State.TAKEN
    assert len(fake.messages) <= 2
    town.db.close()
    assert TOKEN not in (tmp_path / "worker.log").read_text()
