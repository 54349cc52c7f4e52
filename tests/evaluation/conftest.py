"""The trained model, shared by the tests of this folder."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.nlu.parse import Parser
from bot.runtime.quiet import load_rasa
from bot.settings import ROOT, load


@pytest.fixture(scope="session")
def model() -> Path:
    """Trained anew only when the data or the code of understanding changed since the last run."""
    load_rasa()
    return bootstrap.train(load(var_dir=ROOT / "var/tests", demo=True), if_needed=True, say=lambda _: None)


@pytest.fixture(scope="session")
def parse(model: Path) -> Callable[[str, str | None, date], dict[str, Any]]:
    return Parser(model).parse
