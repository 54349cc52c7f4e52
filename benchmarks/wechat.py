"""A client that speaks WeChat's safe mode, written for the benchmark and independent of the product's code."""

import base64
import hashlib
import os
import re
import secrets
import string
import struct
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
_ENCRYPTED = re.compile(r"<Encrypt>\s*<!\[CDATA\[(.*?)\]\]>", re.S)
_CONTENT = re.compile(r"<Content>\s*<!\[CDATA\[(.*?)\]\]>", re.S)


@dataclass(frozen=True)
class Account:
    """An official account's push settings."""

    app_id: str = field(default_factory=lambda: "wx" + secrets.token_hex(8))
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    aes_key: str = field(default_factory=lambda: _random_key())
    original_id: str = field(default_factory=lambda: "gh_" + secrets.token_hex(6))

    @property
    def key(self) -> bytes:
        """The 32 bytes that EncodingAESKey stands for."""
        return base64.b64decode(self.aes_key + "=")


def _random_key() -> str:
    """43 letters and digits; the last one carries four bits only."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(42)) + secrets.choice("AEIMQUYcgkosw048")


def text_push(account: Account, openid: str, content: str) -> tuple[dict[str, str], str]:
    """Query parameters and body of a text message that a person sent."""
    now = str(int(time.time()))
    plain = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{now}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"
        f"<MsgId>{secrets.randbits(62)}</MsgId></xml>"
    )
    encrypted = encrypt(account, plain.encode())
    nonce = str(secrets.randbelow(10**10))
    query = {
        "signature": _sign(account.token, now, nonce),
        "timestamp": now,
        "nonce": nonce,
        "openid": openid,
        "encrypt_type": "aes",
        "msg_signature": _sign(account.token, now, nonce, encrypted),
    }
    body = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return query, body


def answer_text(account: Account, body: str) -> str:
    """The text of a passive reply; empty for `success`."""
    found = _ENCRYPTED.search(body)
    if not found:
        return ""
    content = _CONTENT.search(decrypt(account, found[1]).decode())
    return content[1] if content else ""


def encrypt(account: Account, message: bytes) -> str:
    """AES-256-CBC as WeChat does it: random(16) + length + message + app id, padded to 32."""
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + account.app_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    cipher = Cipher(algorithms.AES(account.key), modes.CBC(account.key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()).decode()


def decrypt(account: Account, encrypted: str) -> bytes:
    """The message inside."""
    cipher = Cipher(algorithms.AES(account.key), modes.CBC(account.key[:16])).decryptor()
    plain = cipher.update(base64.b64decode(encrypted)) + cipher.finalize()
    (length,) = struct.unpack(">I", plain[16:20])
    return plain[20 : 20 + length]


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
