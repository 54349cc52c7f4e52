"""The fake API and a client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.wechat.api import WeChatApi
from models import Database
from tests.conftest import Clock
from tests.fakes.wechat import RunningFake, client, running_fake


@pytest.fixture
async def fake(clock: Clock, tmp_path: Path) -> AsyncIterator[RunningFake]:
    async with running_fake(clock, tmp_path / "media") as running:
        yield running


@pytest.fixture
async def api(fake: RunningFake, sqlite_database: Database, clock: Clock) -> AsyncIterator[WeChatApi]:
    async with client(fake, sqlite_database, clock) as connected:
        yield connected
