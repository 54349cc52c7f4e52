"""The bot of the dialogue tests: the trained model, the real actions and services, SQLite."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.runtime import quiet

quiet.load_rasa()

from bot import bootstrap
from bot.runtime.launcher import BotOptions, BotParts, load_agent
from bot.services.container import Services
from bot.settings import ROOT, load
from tests.conftest import Clock


@pytest.fixture(scope="session")
def model() -> Path:
    return bootstrap.train(load(var_dir=ROOT / "var/tests", demo=True), if_needed=True, say=lambda _: None)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One database with the demo directory for all conversations; every person in it is a new one."""
    settings = load(var_dir=tmp_path_factory.mktemp("dialogue"), demo=True)
    bootstrap.migrate(settings)
    found = bootstrap.services(settings, Clock())
    found.directory.load_demo()
    yield found
    found.db.close()


@pytest.fixture(scope="session")
def agent(model: Path, house: Services) -> Any:
    return load_agent(BotOptions("", 0, model), BotParts(channels=[], turns=house.conversations, warm_up=None))
