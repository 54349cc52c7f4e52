"""Server processes that are measured: started, waited for, weighed, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

START_LIMIT = 180.0
"""Seconds a server may take to answer."""


class DidNotStart(RuntimeError):
    """A server ended or did not answer in time; the message holds the end of its log."""


def free_port() -> int:
    """A port of loopback that nothing uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def server(
    command: Sequence[str], ready: str, log: Path, cwd: Path, env: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A running server and the seconds it took until the address `ready` answered 200."""
    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **env}, stdout=out, stderr=out)
        try:
            _wait(process, ready, log, began)
            yield process, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], ready: str, log: Path, began: float) -> None:
    while process.poll() is None and time.monotonic() - began < START_LIMIT:
        with contextlib.suppress(OSError), urllib.request.urlopen(ready, timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise DidNotStart(f"{process.args!s}\n{log.read_text(errors='replace')[-2000:]}")


def memory_mb(process: subprocess.Popen[bytes]) -> int:
    """Resident memory of a process now."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0
