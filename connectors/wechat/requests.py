"""Requests to the webhook: formats, signature, freshness, decryption."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.wechat import xml
from connectors.wechat.crypto import AesKey, RejectedRequest, SafeMode

FRESHNESS = 300
"""Seconds that a request's timestamp may lie in the past or the future."""
_FORMATS = {
    "timestamp": re.compile(r"[0-9]{10}"),
    "nonce": re.compile(r"[0-9]{1,20}"),
    "signature": re.compile(r"[0-9a-f]{40}"),
    "msg_signature": re.compile(r"[0-9a-f]{40}"),
    "echostr": re.compile(r"[A-Za-z0-9+/=_-]{1,512}"),
    "openid": re.compile(r"[\w@.-]{1,64}", re.ASCII),
    "encrypt_type": re.compile(r"aes"),
}


@dataclass(frozen=True)
class Verified:
    """A push whose signature, age, account and recipient were checked."""

    fields: xml.Fields = field(repr=False)
    key: AesKey
    nonce: str
    digest: str
    """Of the signed request: the same request has the same digest."""


class RequestCheck:
    """Checks requests for one account; `original_id` (gh_…) is compared when it is known."""

    def __init__(self, safe_mode: SafeMode, clock: Callable[[], datetime], original_id: str = "") -> None:
        self._safe_mode = safe_mode
        self._clock = clock
        self._original_id = original_id

    def echo(self, arguments: Sequence[tuple[str, str]]) -> str:
        """The text that answers an address check, plain or encrypted. Raises RejectedRequest."""
        query = self._query(arguments, "echostr")
        if "msg_signature" not in query:
            self._safe_mode.check(query.get("signature", ""), query["timestamp"], query["nonce"])
            return query["echostr"]
        parts = query["timestamp"], query["nonce"], query["echostr"]
        self._safe_mode.check(query["msg_signature"], *parts)
        return self._safe_mode.decrypt(query["echostr"]).text.decode("utf-8", "replace")

    def push(self, arguments: Sequence[tuple[str, str]], body: bytes) -> Verified:
        """The content of a push in safe mode. Raises RejectedRequest."""
        query = self._query(arguments, "msg_signature", "encrypt_type")
        outer = xml.read(body)
        if "MsgType" in outer or "FromUserName" in outer:
            raise RejectedRequest("compatible_mode")
        encrypted = outer.one("Encrypt", r"[A-Za-z0-9+/=]{1,60000}")
        self._safe_mode.check(query["msg_signature"], query["timestamp"], query["nonce"], encrypted)
        opened = self._safe_mode.decrypt(encrypted)
        fields = xml.read(opened.text, lenient=True)
        for name in (outer.get("ToUserName", self._original_id), fields.one("ToUserName")):
            if self._original_id and name != self._original_id:
                raise RejectedRequest("recipient")
        parts = (query["timestamp"], query["nonce"], query["msg_signature"])
        return Verified(fields, opened.key, query["nonce"], hashlib.sha256(" ".join(parts).encode()).hexdigest())

    def _query(self, arguments: Sequence[tuple[str, str]], *needed: str) -> dict[str, str]:
        query = dict(arguments)
        if len(query) != len(arguments):
            raise RejectedRequest("repeated_parameter")
        for name in ("timestamp", "nonce", *needed):
            if name not in query:
                raise RejectedRequest(f"missing_{name}")
        for name, value in query.items():
            if name in _FORMATS and not _FORMATS[name].fullmatch(value):
                raise RejectedRequest(f"format_{name}")
        if abs(self._clock().timestamp() - int(query["timestamp"])) > FRESHNESS:
            raise RejectedRequest("stale")
        return query
