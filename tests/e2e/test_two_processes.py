"""Processes that route follow what another process imports, at the very next demand."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.house import ROOT, House

GUQIN = "博物馆藏的古琴漆面开裂，想请人修复又不伤原漆"
STATION = {
    "station_id": "X900",
    "name": "示例·文物保护服务站",
    "services": ["古琴修复", "漆器保护"],
    "keywords": ["漆面开裂", "大漆工艺"],
    "district": "青羊区",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """Not started: commands only."""
    if request.param == "sqlite":
        return House(tmp_path, {})
    make: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return House(tmp_path, {"ZHULI_DATABASE_URL": make()})


@contextmanager
def routing(house: House) -> Iterator[Callable[[], list[str]]]:
    """A `zhuli route` that stays: station ids of the short list for one more demand."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "route"],
        cwd=ROOT,
        env={**os.environ, **house.settings()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:

        def ask() -> list[str]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"text": GUQIN}, ensure_ascii=False) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return [one["station_id"] for one in answer["stations"]]

        try:
            yield ask
        finally:
            process.kill()


def _import(house: House, file: Path, *rows: dict[str, Any]) -> None:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    done = house.run("stations", "import", str(file))
    assert done.returncode == 0, done.stderr


def test_two_processes_see_an_import_and_a_change_at_once(house: House, tmp_path: Path) -> None:
    file = tmp_path / "given.jsonl"
    _import(house, file, STATION | {"station_id": "X001", "name": "示例·水务服务站", "services": ["污水处理"]})
    with ExitStack() as both:
        asks = [both.enter_context(routing(house)) for _ in range(2)]
        assert [ask() for ask in asks] == [["X001"], ["X001"]]
        _import(house, file, STATION)
        assert [ask()[0] for ask in asks] == ["X900", "X900"]
        _import(house, file, STATION | {"status": "暂停"})
        assert [ask() for ask in asks] == [["X001"], ["X001"]]
