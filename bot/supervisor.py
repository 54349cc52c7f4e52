"""Runs the bot, the console and the worker together and stops them together."""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from honcho.manager import Manager
from honcho.printer import Printer

PARTS = ("bot", "console", "worker")
STOP_SECONDS = 15
"""How long the parts may take to finish what they are at."""
READY_SECONDS = 120


def run(root: Path, environment: dict[str, str], ready: Sequence[str], when_ready: Callable[[], None]) -> int:
    """Starts `zhuli bot|console|worker`; calls `when_ready` once every URL of `ready` answers.

    Ends when one part ends, or at SIGTERM or SIGINT; returns the exit code.
    """
    manager = Manager(Printer(sys.stdout))
    manager.__class__.KILL_WAIT = STOP_SECONDS
    for part in PARTS:
        command = f"exec {sys.executable} -m bot.cli {part}"
        manager.add_process(part, command, env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"}, cwd=str(root))
    threading.Thread(target=_announce, args=(ready, when_ready), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def _announce(urls: Sequence[str], when_ready: Callable[[], None]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    waiting = list(urls)
    while waiting and time.monotonic() < deadline:
        waiting = [url for url in waiting if not _answers(url)]
        if waiting:
            time.sleep(0.3)
    if not waiting:
        when_ready()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
