"""The bot process: one channel, /health, /metrics, an orderly stop."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.process


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Bot:
    """A running bot process."""

    def __init__(self, model: Path, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.notes = folder / "notes"
        self.log = folder / f"{port}.log"
        command = [sys.executable, "-m", "tests.runtime.serve_order_bot", str(model), str(port), str(folder)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health", timeout=10).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.said())

    def say(self, text: str, sender: str = "one") -> list[str]:
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=120)
        return [reply["text"] for reply in answer.json()]

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(30)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def bot(model: Path, tmp_path: Path) -> Iterator[Bot]:
    """A bot of the test's own."""
    running = Bot(model, tmp_path)
    yield running
    running.end()


@pytest.fixture(scope="module")
def shared_bot(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot for tests that only ask."""
    running = Bot(model, tmp_path_factory.mktemp("shared"))
    yield running
    running.end()


def test_it_talks_and_tells_only_aggregates(bot: Bot) -> None:
    assert bot.say("下单") == ["要什么？"]
    assert bot.say("电池") == ["要几个？"]
    assert bot.say("3") == ["已下单：电池 3 个。"]
    metrics = httpx.get(f"{bot.url}/metrics").text
    assert 'zhuli_turns_total{outcome="done"} 3.0' in metrics
    assert "zhuli_live_trackers 1.0" in metrics
    assert "one" not in metrics.split("zhuli_turns_total", 1)[1].split()[0]
    assert "电池" not in bot.said()


@pytest.mark.parametrize(
    "path", ["/version", "/status", "/model/parse", "/conversations/one/tracker", "/domain", "/docs"]
)
def test_rasas_own_api_is_not_there(shared_bot: Bot, path: str) -> None:
    for answer in (httpx.get(shared_bot.url + path), httpx.post(shared_bot.url + path, json={})):
        assert answer.status_code in (404, 405)
        assert answer.text == ""


def test_nothing_names_the_software(shared_bot: Bot) -> None:
    for answer in (httpx.get(f"{shared_bot.url}/"), httpx.get(f"{shared_bot.url}/nothing")):
        told = f"{answer.headers} {answer.text}".lower()
        assert "rasa" not in told
        assert "sanic" not in told
        assert "3.6" not in told


def test_too_large_a_body_is_refused(shared_bot: Bot) -> None:
    answer = httpx.post(f"{shared_bot.url}/webhooks/rest/webhook", content=b"x" * 70_000)
    assert answer.status_code == 413
    assert shared_bot.say("下单") == ["要什么？"]


def test_a_conversation_goes_on_after_kill_9(bot: Bot, model: Path, tmp_path: Path) -> None:
    bot.say("下单")
    bot.say("电池")
    bot.stop(signal.SIGKILL)
    again = Bot(model, tmp_path)
    try:
        assert again.say("3") == ["已下单：电池 3 个。"]
    finally:
        again.stop()


def test_a_stop_runs_the_hooks_and_ends_well(bot: Bot) -> None:
    assert bot.stop() == 0
    assert bot.notes.read_text().split() == ["started", "stopped"]


def test_the_start_is_quiet(bot: Bot) -> None:
    lines = bot.said().splitlines()
    assert len(lines) == 1, lines
    assert "bot is up" in lines[0]


async def test_messages_at_once_for_one_sender_are_all_kept(bot: Bot) -> None:
    async with httpx.AsyncClient(timeout=60) as client:

        async def say(number: int) -> int:
            answer = await client.post(
                f"{bot.url}/webhooks/rest/webhook", json={"sender": "one", "message": f"第{number}条"}
            )
            return answer.status_code

        assert set(await asyncio.gather(*(say(number) for number in range(20)))) == {200}
        metrics = (await client.get(f"{bot.url}/metrics")).text
    assert 'zhuli_turns_total{outcome="done"} 20.0' in metrics
