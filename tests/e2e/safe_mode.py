"""A client of WeChat's safe mode over raw HTTP, written from the protocol; it shares no code with the product."""

import base64
import hashlib
import http.client
import os
import re
import secrets
import struct
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PATIENCE = 60.0
"""Seconds; WeChat itself waits for five, but a slow machine should not fail a test."""


@dataclass
class Account:
    """The official account whose pushes are played."""

    app_id: str = "wx1234567890abcdef"
    secret: str = "0123456789abcdef0123456789abcdef"
    token: str = "e2e-token-of-ours"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    original_id: str = "gh_0123456789ab"

    @property
    def key(self) -> bytes:
        return base64.b64decode(self.aes_key + "=")

    def encrypt(self, text: str) -> str:
        body = text.encode()
        plain = os.urandom(16) + struct.pack(">I", len(body)) + body + self.app_id.encode()
        pad = 32 - len(plain) % 32
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def decrypt(self, text: str) -> str:
        decryptor = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).decryptor()
        plain = decryptor.update(base64.b64decode(text)) + decryptor.finalize()
        plain = plain[: -plain[-1]]
        length = struct.unpack(">I", plain[16:20])[0]
        assert plain[20 + length :].decode() == self.app_id
        return plain[20 : 20 + length].decode()

    def sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()  # noqa: S324


@dataclass
class Person:
    """Someone with a phone: sends messages, and reads the passive replies."""

    account: Account
    webhook: str
    openid: str = field(default_factory=lambda: "o" + secrets.token_hex(13))
    sent: int = 0

    def message(self, text: str, msg_id: int | None = None, created: int | None = None) -> str:
        """The XML of a text message."""
        self.sent += 1
        msg_id = msg_id or secrets.randbelow(2**62)
        fields = {
            "ToUserName": self.account.original_id,
            "FromUserName": self.openid,
            "MsgType": "text",
            "Content": text,
        }
        parts = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        return f"<xml>{parts}<CreateTime>{created or int(time.time())}</CreateTime><MsgId>{msg_id}</MsgId></xml>"

    def say(self, text: str, timeout: float = PATIENCE) -> str:
        """Sends once and returns the passive reply; "" for `success`. Waits longer than WeChat, for slow machines."""
        return self.push(self.message(text), timeout)

    def push(self, xml: str, timeout: float = PATIENCE) -> str:
        status, body = self.post(xml, timeout)
        assert status == 200, f"status {status}"
        if body in ("", "success"):
            return ""
        return self.read(body)

    def post(self, xml: str, timeout: float = PATIENCE) -> tuple[int, str]:
        """One delivery; raises TimeoutError when no answer comes."""
        encrypted = self.account.encrypt(xml)
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**9))
        query = {
            "signature": self.account.sign(timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": self.openid,
            "encrypt_type": "aes",
            "msg_signature": self.account.sign(timestamp, nonce, encrypted),
        }
        envelope = (
            f"<xml><ToUserName><![CDATA[{self.account.original_id}]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        url = urlsplit(self.webhook)
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=timeout)
        try:
            connection.request(
                "POST", f"{url.path}?{urlencode(query)}", envelope.encode(), {"Content-Type": "text/xml"}
            )
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def read(self, body: str) -> str:
        """The text of an encrypted passive reply, its signature and its addresses checked."""
        parts = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</\1>", body.removeprefix("<xml>"), re.DOTALL))
        assert parts["MsgSignature"] == self.account.sign(parts["TimeStamp"], parts["Nonce"], parts["Encrypt"])
        xml = self.account.decrypt(parts["Encrypt"])
        assert len(xml.encode()) <= 2048
        reply = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</\1>", xml.removeprefix("<xml>"), re.DOTALL))
        assert reply["ToUserName"] == self.openid
        assert reply["FromUserName"] == self.account.original_id
        return str(reply["Content"])
