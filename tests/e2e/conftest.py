"""The trained model that all end-to-end tests share, and an installation for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import bootstrap
from bot.settings import ROOT, load
from tests.e2e.house import House, open_house
from tests.e2e.safe_mode import Account
from tests.e2e.tencent import Tencent, tencent


@pytest.fixture(scope="session")
def models() -> Path:
    """Folder of the trained model; kept between runs and trained anew only when the data changed."""
    settings = load(var_dir=ROOT / "var/tests", demo=True)
    return bootstrap.train(settings, if_needed=True, say=lambda _: None).parent


@pytest.fixture
def wechat(tmp_path: Path) -> Iterator[Tencent]:
    with tencent(Account(), tmp_path / "tencent") as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, models: Path, wechat: Tencent) -> Iterator[House]:
    with open_house(tmp_path / "var", models, ZHULI_WECHAT_API_URL=wechat.url) as opened:
        yield opened
