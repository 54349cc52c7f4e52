"""A quiet Rasa: nothing is sent home, start-up says nothing, and no log line holds what people wrote."""

import logging
import os
import re
import sys
import warnings
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from bot.runtime import lean

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    # a message's matrices are small: more threads only wait for each other, at a whole core's cost
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
}
"""Set before Rasa and numpy are imported, unless the environment already says otherwise."""

PRIVATE_KEYS = frozenset(
    {"text", "response_text", "user_text", "slot_values", "parse_data_text", "parse_data_entities"}
    | {"prediction_events", "tracker_latest_message", "prefilled_slots", "message", "response"}
    | {"slot_candidates", "rasa_event", "rasa_events", "tracker_states", "current_states", "old_states"}
    | {"successes", "current_entity", "next_entity", "states", "entity", "entities", "token_text"}
    | {"user_message", "json_message", "json_body", "body", "payload", "slots", "value", "values"}
    | {"openid", "sender_id"}
)
"""Fields of structured log events that may hold what a person wrote; Rasa's own list and ours."""

_SECRET = re.compile(
    r"(?i)\b((?:access_|component_|web)?(?:token|ticket)|secret|appsecret|key|msg_signature|signature|openid|code)"
    r"=[^&\s\"'<>]+"
)
_TELEGRAM = re.compile(r"\b(bot)?\d{6,12}:[A-Za-z0-9_-]{30,}")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")

_LIBRARIES = {
    "rasa": logging.WARNING,
    "rasa_sdk": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "sanic.access": logging.ERROR,
    "sanic.root": logging.WARNING,
    "asyncio": logging.WARNING,
    "apscheduler": logging.WARNING,
    "matplotlib": logging.ERROR,
    "jieba": logging.WARNING,
    "alembic": logging.WARNING,
    "uvicorn": logging.WARNING,
    "telegram": logging.WARNING,
    "urllib3": logging.WARNING,
}


def environment() -> None:
    """Switch telemetry and library chatter off for this process and its children."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def load_rasa() -> None:
    """Import Rasa, without TensorFlow when it is not installed, and without its import-time warnings."""
    environment()
    lean.install()
    with warnings.catch_warnings():
        import sanic.app  # noqa: F401

        warnings.simplefilter("ignore")
        import jieba
        import rasa.core.run
        import rasa.engine.recipes.default_recipe
        import rasa.model_training
        import rasa.server  # noqa: F401

        jieba.setLogLevel(logging.WARNING)
    logging.getLogger("jieba").handlers.clear()
    ignore_warnings()


def ignore_warnings() -> None:
    """Silence what is only for developers of libraries; Sanic and Rasa reset the filters when imported."""
    if not sys.warnoptions:
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning):
            warnings.filterwarnings("ignore", category=category)
        warnings.filterwarnings("ignore", category=UserWarning, module=r"(jieba|pkg_resources|rasa)\b")


def redact(text: str) -> str:
    """`text` with secrets of addresses, mobile numbers and e-mail addresses masked."""
    text = _SECRET.sub(r"\1=***", text)
    text = _TELEGRAM.sub("***", text)
    text = _MOBILE.sub(r"\1****\2", text)
    return _EMAIL.sub("***@***", text)


def _drop_private(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key not in PRIVATE_KEYS}


def _redact_all(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """One log for the process: structlog and the standard library, redacted, to `stream` (standard error).

    Rasa's own log stays at WARNING whatever `level` says: at DEBUG it writes people's messages.
    """
    out = stream or sys.stderr
    people = out.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        _drop_private,
        structlog.processors.format_exc_info,
        _redact_all,
    ]
    render: Any = structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, quietest in _LIBRARIES.items():
        library = logging.getLogger(name)
        library.setLevel(quietest)
        library.handlers.clear()
        library.propagate = True
