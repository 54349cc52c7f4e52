"""What the account may answer a push with, checked as WeChat checks it."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from connectors.demo.account import DemoAccount
from connectors.demo.tencent_crypto import BadCiphertextError, SafeMode, same, signature

CONTENT_LIMIT = 2048
"""UTF-8 bytes of a passive text; measured by many, not documented."""
BODY_LIMIT = 64 * 1024
TYPES = frozenset({"text", "image", "voice", "video", "music", "news"})


class BadReplyError(Exception):
    """WeChat would show the user that the account is out of service; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reply:
    """A passive reply; `text` only for type text."""

    type: str
    text: str = field(default="", repr=False)


class ReplyReader:
    """Reads the body of the account's answer."""

    def __init__(self, account: DemoAccount) -> None:
        self._account = account
        self._safe_mode = SafeMode(account.aes_key, account.app_id)

    def read(self, body: bytes, openid: str, nonce: str) -> Reply | None:
        """None for an empty answer or `success`; raises BadReplyError."""
        if body in (b"", b"success"):
            return None
        if len(body) > BODY_LIMIT:
            raise BadReplyError("too_large")
        return self._checked(_children(self._opened(_children(body), nonce)), openid)

    def _opened(self, envelope: dict[str, str], nonce: str) -> bytes:
        encrypted = envelope.get("Encrypt", "")
        timestamp = envelope.get("TimeStamp", "")
        expected = signature(self._account.token, timestamp, envelope.get("Nonce", ""), encrypted)
        if not timestamp.isdigit() or not same(expected, envelope.get("MsgSignature", "")):
            raise BadReplyError("signature")
        if envelope.get("Nonce") != nonce:
            raise BadReplyError("nonce")
        try:
            return self._safe_mode.decrypt(encrypted)
        except BadCiphertextError:
            raise BadReplyError("ciphertext") from None

    def _checked(self, message: dict[str, str], openid: str) -> Reply:
        if message.get("ToUserName") != openid or message.get("FromUserName") != self._account.original_id:
            raise BadReplyError("names_not_swapped")
        kind = message.get("MsgType", "")
        if kind not in TYPES or not message.get("CreateTime", "").isdigit():
            raise BadReplyError("message")
        content = message.get("Content", "")
        if kind == "text" and not content.strip():
            raise BadReplyError("empty_text")
        if len(content.encode()) > CONTENT_LIMIT:
            raise BadReplyError("too_long")
        return Reply(kind, content if kind == "text" else "")


def _children(body: bytes) -> dict[str, str]:
    if b"<!" in body.replace(b"<![CDATA[", b""):
        raise BadReplyError("doctype")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no DOCTYPE gets here
    except (ElementTree.ParseError, ValueError):
        raise BadReplyError("not_xml") from None
    names = [child.tag for child in root]
    if root.tag != "xml" or len(set(names)) != len(names):
        raise BadReplyError("not_xml")
    return {child.tag: child.text or "" for child in root}
