"""Logs: one stream, nothing that people wrote, no secrets."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.runtime.quiet import logs, redact


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """The log of a process, put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    found = io.StringIO()
    logs("DEBUG", found)
    yield found
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("GET /cgi-bin/token?grant_type=x&secret=abcdef&appid=wx1", "abcdef"),
        ("https://api/cgi-bin/message?access_token=86_Zk-9", "86_Zk-9"),
        ("POST https://api.telegram.org/bot123456789:AAE-abcdefghijklmnopqrstuvwxyz012345/sendMessage", "AAE-abc"),
        ("联系电话13800000000，谢谢", "13800000000"),
        ("tel 138 0000 0000", "0000 0000"),
        ("写信 zhang.san@example.com", "zhang.san@"),
    ],
)
def test_secrets_and_contacts_are_masked(text: str, hidden: str) -> None:
    assert hidden not in redact(text)


@pytest.mark.parametrize("text", ["CD-20261122-0001", "预算30–50万元", "took 1380 ms", "编号 510100201801234567"])
def test_other_text_stays(text: str) -> None:
    assert redact(text) == text


def test_what_people_wrote_is_dropped_from_structured_events(stream: io.StringIO) -> None:
    structlog.get_logger("rasa.core.processor").warning(
        "parsed", text="我们做锂电池", parse_data_text="锂电池", intent="x"
    )
    assert "锂电池" not in stream.getvalue()
    assert '"intent": "x"' in stream.getvalue()


def test_rasa_stays_quiet_at_debug(stream: io.StringIO) -> None:
    logging.getLogger("rasa.core.channels").debug("Received user message '我们做锂电池'")
    logging.getLogger("httpx").info("HTTP Request: GET https://x/?secret=1")
    assert stream.getvalue() == ""


def test_traces_of_errors_are_masked(stream: io.StringIO) -> None:
    try:
        raise ValueError("13800000000")
    except ValueError:
        logging.getLogger("bot.some").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "13800000000" not in stream.getvalue()


def test_loading_rasa_says_nothing_and_switches_telemetry_off() -> None:
    code = (
        "from bot.runtime.quiet import load_rasa, logs\nload_rasa()\nlogs()\n"
        "import rasa.telemetry, warnings, jieba, logging\n"
        "warnings.warn('old', DeprecationWarning)\njieba.lcut('锂电池')\n"
        "print(rasa.telemetry.is_telemetry_enabled())"
    )
    env = {**os.environ, "PYTHONWARNINGS": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
