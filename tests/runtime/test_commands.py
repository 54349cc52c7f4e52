"""`zhuli rasa …`: our folders, in-process actions, exit codes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime.commands import _defaults
from bot.runtime.training import TrainingPaths
from tests.runtime.conftest import BOT

pytestmark = pytest.mark.filterwarnings("ignore")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def paths(tmp_path: Path) -> TrainingPaths:
    shutil.copytree(BOT, tmp_path / "bot")
    return TrainingPaths(
        models=tmp_path / "models",
        config=tmp_path / "bot/config.yml",
        domain=tmp_path / "bot/domain.yml",
        data=(tmp_path / "bot/data.yml",),
    )


def given(args: list[str], paths: TrainingPaths) -> list[str]:
    from rasa.__main__ import create_argument_parser

    return _defaults(args, create_argument_parser(), paths, Path("endpoints.yml"))


def test_commands_get_our_folders(paths: TrainingPaths) -> None:
    found = given(["train"], paths)
    for option, value in [("--data", paths.data[0]), ("--domain", paths.domain), ("--out", paths.models)]:
        assert found[found.index(option) + 1] == str(value)
    assert given(["data", "validate"], paths)[:2] == ["--config", str(paths.config)]
    assert "--model" in given(["shell"], paths)
    assert "--endpoints" in given(["shell"], paths)


def test_what_the_caller_says_wins(paths: TrainingPaths) -> None:
    assert "--domain" not in given(["train", "-d", "mine.yml"], paths)
    assert "--out" not in given(["train", "--out=elsewhere"], paths)
    assert given(["train", "--help"], paths) == []


SCRIPT = """
import sys
from pathlib import Path
from bot.runtime.commands import rasa_command
from bot.runtime.training import TrainingPaths
b = Path({folder!r})
paths = TrainingPaths(models=b / "models", config=b / "bot/config.yml", domain=b / "bot/domain.yml",
                      data=(b / "bot/data.yml",))
sys.exit(rasa_command(sys.argv[1:], paths, Path({endpoints!r})))
"""


def rasa(folder: Path, *args: str, said: str = "") -> subprocess.CompletedProcess[str]:
    script = SCRIPT.format(folder=str(folder), endpoints=str(ROOT / "endpoints.yml"))
    env = {**os.environ, "RASA_MAX_CACHE_SIZE": "0", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", script, *args], input=said, capture_output=True, text=True, cwd=folder, env=env
    )


def test_train_and_validate_run_without_tensorflow(paths: TrainingPaths) -> None:
    folder = paths.models.parent
    trained = rasa(folder, "train", "--fixed-model-name", "mine")
    assert trained.returncode == 0, trained.stderr
    assert (paths.models / "mine.tar.gz").is_file()
    assert rasa(folder, "data", "validate").returncode == 0
    parsed = rasa(folder, "shell", "nlu", said="下单\n/stop\n")
    assert '"name": "order"' in parsed.stdout, parsed.stderr


def test_an_unknown_command_is_an_error(tmp_path: Path) -> None:
    assert rasa(tmp_path, "dance").returncode == 2
