"""What is put together for the processes, over a fresh database."""

from pathlib import Path

import pytest

from bot import bootstrap, worker
from bot.settings import load
from models import migrations
from tests.conftest import Clock
from tests.fakes.town import NUMBER, Town


@pytest.mark.parametrize(
    ("channel", "words"),
    [("telegram", "可请教：示例专家甲（"), ("wecom", "可请教：E-S01-1（")],
)
def test_the_workers_line_for_liaisons_comes_from_the_bases(
    tmp_path: Path, clock: Clock, channel: str, words: str
) -> None:
    found = bootstrap.services(load(var_dir=tmp_path, demo=True), clock)
    migrations.upgrade(found.db.engine)
    found.talent.load_demo()
    town = Town(found.db, clock)
    town.open_station("a")
    town.submit(problem="锂电池极片涂布厚度不均匀，良品率低")
    assert worker.liaison_line(found, NUMBER, channel).startswith(words)
    assert worker.liaison_line(found, "CD-20261120-9999", channel) == ""
    found.db.close()
