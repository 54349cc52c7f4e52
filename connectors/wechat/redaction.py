"""Keeps tokens, secrets and robot keys in addresses out of the HTTP client's own log lines."""

import logging
import re

_SECRET_PARAMETER = re.compile(r"(?i)\b(access_token|secret|appsecret|key|token)=[^&\s\"']+")
_TELEGRAM_TOKEN = re.compile(r"/bot\d+:[\w-]+")


def redact(text: str) -> str:
    """`text` with the values of secret query parameters and Telegram tokens replaced by `***`."""
    return _TELEGRAM_TOKEN.sub("/bot***", _SECRET_PARAMETER.sub(r"\1=***", text))


class _AddressFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        return True


_FILTER = _AddressFilter()


def protect_http_logs() -> None:
    """Redact what httpx and httpcore log; calling it again changes nothing."""
    for name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_FILTER)
