"""The product as real processes: bot, worker and console on free ports with a folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.safe_mode import Account, Person

ROOT = Path(__file__).parent.parent.parent
SECONDS = 180
"""How long a thing that must happen may take on a busy machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], Any], seconds: float = SECONDS, why: str = "") -> Any:
    """The first true value of `what`; fails when none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = what()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited in vain {why}")


@dataclass
class House:
    """Processes of one installation."""

    folder: Path
    environment: dict[str, str]
    account: Account = field(default_factory=Account)
    bot_port: int = field(default_factory=free_port)
    console_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}/webhooks/wechat/webhook"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"

    def person(self) -> Person:
        return Person(self.account, self.webhook)

    def settings(self) -> dict[str, str]:
        account = self.account
        return {
            "ZHULI_VAR_DIR": str(self.folder),
            "ZHULI_SECRET_KEY": "e2e-secret-key-of-ours",
            "ZHULI_DATA_KEY": "e2e-data-key-of-ours",
            "ZHULI_BOT_PORT": str(self.bot_port),
            "ZHULI_CONSOLE_PORT": str(self.console_port),
            "ZHULI_WECHAT_APP_ID": account.app_id,
            "ZHULI_WECHAT_APP_SECRET": account.secret,
            "ZHULI_WECHAT_TOKEN": account.token,
            "ZHULI_WECHAT_AES_KEY": account.aes_key,
            "ZHULI_WECHAT_ORIGINAL_ID": account.original_id,
            "ZHULI_DEMO": "true",
            **self.environment,
        }

    def run(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One `zhuli` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *args],
            cwd=ROOT,
            env={**os.environ, **self.settings()},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def start(self, part: str, wait: bool = True, script: str = "", **environment: str) -> None:
        """Starts bot, console or worker; `script`: a module of the tests that starts the part in its own way."""
        log = (self.folder / f"{part}.log").open("ab")
        self.running[part] = subprocess.Popen(
            [sys.executable, "-m", script] if script else [sys.executable, "-m", "bot.cli", part],
            cwd=ROOT,
            env={**os.environ, **self.settings(), **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        if wait and part in ("bot", "console"):
            url = f"http://127.0.0.1:{self.bot_port if part == 'bot' else self.console_port}/health"
            wait_for(lambda: self._healthy(part, url), why=f"for {part}; its log:\n{self.log(part)[-3000:]}")

    def kill(self, part: str) -> None:
        """As the machine would: no last word."""
        process = self.running.pop(part)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def log(self, part: str) -> str:
        path = self.folder / f"{part}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _healthy(self, part: str, url: str) -> bool:
        assert self.running[part].poll() is None, f"{part} ended:\n{self.log(part)[-3000:]}"
        try:
            return httpx.get(url, timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def open_house(folder: Path, models: Path, **environment: str) -> Iterator[House]:
    """A prepared installation: migrated, with the demo directory, the trained model of `models`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(models, target_is_directory=True)
    house = House(folder, environment)
    prepared = house.run("prepare")
    assert prepared.returncode == 0, prepared.stderr
    try:
        yield house
    finally:
        house.stop()
