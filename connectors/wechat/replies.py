"""Passive replies: the text reply and its encrypted envelope."""

from wechatpy.replies import TextReply

from connectors.wechat.crypto import AesKey, SafeMode
from connectors.wechat.text import sanitise, split

ACCEPTED = "success"
"""Taken, nothing to show; is never encrypted."""
PASSIVE_LIMIT = 1700
"""UTF-8 bytes of the content: the whole reply then stays under the 2048 bytes that WeChat takes."""

_ENVELOPE = (
    "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
    "<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp>"
    "<Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


def passive_parts(text: str) -> list[str]:
    """What fits into the passive reply, and what has to follow it."""
    return split(sanitise(text), PASSIVE_LIMIT)


def text_reply(to_user: str, from_user: str, content: str, at: int) -> str:
    """XML of a passive text reply; `at` in seconds since the epoch."""
    reply = TextReply(source=from_user, target=to_user, content=sanitise(content), time=at)
    return str(reply.render())


def envelope(safe_mode: SafeMode, xml: str, key: AesKey, timestamp: str, nonce: str) -> str:
    """The encrypted, signed form of a reply."""
    encrypt = safe_mode.encrypt(xml, key)
    signature = safe_mode.signature(timestamp, nonce, encrypt)
    return _ENVELOPE.format(encrypt=encrypt, signature=signature, timestamp=timestamp, nonce=nonce)
