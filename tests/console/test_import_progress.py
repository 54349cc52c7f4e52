"""A long import in the console: how far it is, reloads, two at once, a process that ends."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.roles import Role
from bot.nlu.encoder import encoder
from bot.services.audit import SYSTEM
from bot.services.container import Services
from bot.services.directory import Begun, DirectoryService
from bot.services.import_runs import GivenUpError, ImportRuns
from bot.services.routing import RoutingService
from bot.services.users import UserService
from bot.services.vectors import Encoders
from models import AuditEntry, Database, DirectoryImport, Station
from tests.conftest import Clock
from tests.console import assembly
from tests.console.conftest import Browser
from tests.console.imports import context_of
from tests.console.web import TestClient

ROWS = 40


class Gate:
    """An encoder of characters that stops before its second portion until it is opened."""

    def __init__(self) -> None:
        self._inner = encoder("characters")
        self.name = self._inner.name
        self.dimensions = self._inner.dimensions
        self.reached, self.open = threading.Event(), threading.Event()
        self.broken = False
        self._calls = 0

    def encode(self, texts: Sequence[str], kind: Any = "query") -> Any:
        self._calls += 1
        if self._calls == 3:
            self.reached.set()
            assert self.open.wait(30)
            if self.broken:
                raise RuntimeError("示例：出错")
        return self._inner.encode(texts, kind)


@pytest.fixture
def gate() -> Iterator[Gate]:
    found = Gate()
    yield found
    found.open.set()


@pytest.fixture
def services(db: Database, clock: Clock, users: UserService, tmp_path: Path, gate: Gate) -> Services:
    whole = assembly.services(db, clock, users, tmp_path)
    routing = RoutingService(db, clock, encoders=lambda: Encoders(gate, gate))
    return replace(whole, routing=routing, directory=DirectoryService(db, clock, routing))


def checked(client: TestClient, name: str = "示例·站") -> str:
    rows = ({"station_id": f"S{n}", "name": f"{name}{n}", "keywords": [f"词{n}"]} for n in range(ROWS))
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    page = client.post("/stations/import", files={"file": ("a.jsonl", content)}).text
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def count(db: Database) -> int:
    with db.read() as session:
        return session.query(Station).count()


@pytest.fixture
def client(browser: Browser) -> TestClient:
    return browser(Role.CITY)


@pytest.fixture
def begun(client: TestClient, gate: Gate) -> str:
    """The address of an import that stands still at 16 of 40 stations."""
    answer = client.post("/stations/import/confirm", data={"key": checked(client)}, follow_redirects=False)
    assert answer.status_code == 303
    assert gate.reached.wait(30)
    return str(answer.headers["location"])


def test_the_page_says_how_far_it_is_and_asks_again_by_itself(
    client: TestClient, begun: str, gate: Gate, db: Database
) -> None:
    for _ in range(2):
        page = client.get(begun)
        assert f"正在处理第 16 / {ROWS} 个站" in page.text
        assert f'<progress value="16" max="{ROWS}"' in page.text
        assert f'hx-get="{begun}"' in page.text
        assert '<noscript><meta http-equiv="refresh"' in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert f'href="{begun}"' in client.get("/stations").text
    assert count(db) == 0
    gate.open.set()
    context_of(client).imports.wait()
    page = client.get(begun)
    assert f"新增 <b>{ROWS}</b>" in page.text
    assert "hx-get" not in page.text
    assert "http-equiv" not in page.text
    assert count(db) == ROWS
    assert begun not in client.get("/stations").text


def test_another_import_is_refused_with_a_sentence_and_can_be_tried_again(
    client: TestClient, browser: Browser, begun: str, gate: Gate, db: Database
) -> None:
    other = browser(Role.ADMIN)
    key = checked(other, "示例·另一站")
    refused = other.post("/stations/import/confirm", data={"key": key})
    assert refused.status_code == 409
    assert "有一次导入正在进行" in refused.text
    assert "示例city" in refused.text
    assert f'value="{key}"' in refused.text
    gate.open.set()
    context_of(client).imports.wait()
    assert other.post("/stations/import/confirm", data={"key": key}).status_code == 200
    context_of(other).imports.wait()
    with db.read() as session:
        assert session.query(DirectoryImport).filter_by(state="done").count() == 2
        assert {row.actor_name for row in session.query(AuditEntry).filter_by(action="stations_imported")} == {
            "示例city",
            "示例admin",
        }


def test_an_error_midway_leaves_nothing_and_is_told(
    client: TestClient, begun: str, gate: Gate, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    gate.broken = True
    gate.open.set()
    context_of(client).imports.wait()
    page = client.get(begun).text
    assert "导入没有完成" in page
    assert "名录没有任何改动" in page
    assert count(db) == 0
    assert "示例：出错" not in caplog.text
    assert "正在进行" not in client.get("/stations/import").text


CRASHING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.services.audit import SYSTEM
from bot.services.directory import DirectoryService
from models import Cipher, Database

db = Database(sys.argv[1], Cipher(["test-data-key-1"]))
directory = DirectoryService(db, lambda: datetime.now(UTC))
begun = directory.begin(Path(sys.argv[2]), SYSTEM)
ending = directory._end
directory._end = lambda *args: os._exit(9)
directory.carry_out(begun)
"""
"""Ends like a process that is killed, when all rows are written and nothing is committed."""


def test_a_process_that_is_killed_leaves_nothing_and_the_page_says_so(
    client: TestClient, db: Database, tmp_path: Path
) -> None:
    file = tmp_path / "given.jsonl"
    file.write_text(json.dumps({"station_id": "S1", "name": "示例·站"}), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", CRASHING, str(db.engine.url), str(file)], timeout=60)
    assert done.returncode == 9
    page = client.get("/stations/import/1").text
    assert "导入中断了" in page
    assert "名录没有任何改动" in page
    assert count(db) == 0
    answer = client.post("/stations/import/confirm", data={"key": checked(client)}, follow_redirects=False)
    assert answer.status_code == 303


def test_an_import_on_a_silent_machine_is_given_up_and_can_write_nothing_more(
    db: Database, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "given.jsonl"
    file.write_text(json.dumps({"station_id": "S1", "name": "示例·站"}), encoding="utf-8")
    silent, other = DirectoryService(db, clock), DirectoryService(db, clock)
    silent.runs = ImportRuns(db, clock, owner="elsewhere:1:x:y")
    begun = silent.begin(file, SYSTEM)
    assert isinstance(begun, Begun)
    clock.now += timedelta(minutes=31)
    assert other.runs.running() is None
    later = other.begin(file, SYSTEM)
    assert isinstance(later, Begun)
    with pytest.raises(GivenUpError):
        silent.carry_out(begun)
    assert count(db) == 0
    other.carry_out(later)
    assert count(db) == 1


def test_how_far_it_is_is_noted_once_a_second_at_most(db: Database, clock: Clock) -> None:
    runs = ImportRuns(db, clock)
    run = runs.begin(SYSTEM, 1000)
    noted: list[datetime] = []
    follow = runs.following(run, lambda ready, _: noted.append(clock()))
    seen: Callable[[], int] = lambda: getattr(runs.view(run), "ready")  # noqa: E731, B009
    follow(16, 1000)
    follow(32, 1000)
    assert seen() == 16
    clock.advance(seconds=1)
    follow(48, 1000)
    assert seen() == 48
    follow(1000, 1000)
    assert seen() == 1000
    assert len(noted) == 4


def test_a_run_that_there_never_was_is_not_found(client: TestClient) -> None:
    assert client.get("/stations/import/99").status_code == 404
    assert client.get(f"/stations/import/{2**40}").status_code == 404
