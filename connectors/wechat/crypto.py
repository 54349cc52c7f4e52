"""Safe mode of the message push: signatures, encryption, and one error for everything that is not right."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.utils import WeChatSigner

BLOCK = 32
"""Bytes of a PKCS#7 block in safe mode; AES itself has 16."""
_RANDOM, _LENGTH = 16, 4
_KEY = re.compile(r"^[A-Za-z0-9]{43}$")
_SIGNATURE = re.compile(r"^[0-9a-f]{40}$")


class RejectedRequest(Exception):
    """A request that is not WeChat's, or not well formed. `code` is for logs; the sender learns nothing."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class AesKey:
    """An EncodingAESKey that was decoded."""

    secret: bytes = field(repr=False)

    @classmethod
    def decoded(cls, encoded: str) -> "AesKey":
        """Raises ValueError unless `encoded` has 43 letters and digits."""
        if not _KEY.match(encoded):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        return cls(base64.b64decode(encoded + "="))


@dataclass(frozen=True)
class Opened:
    """A decrypted text and the key that opened it; the reply is encrypted with the same."""

    text: bytes = field(repr=False)
    key: AesKey


class SafeMode:
    """Signs, checks, encrypts and decrypts for one account.

    Source: developers.weixin.qq.com, 消息加解密说明. `keys`: the current EncodingAESKey, then the previous.
    """

    def __init__(
        self,
        token: str,
        keys: Sequence[str],
        app_id: str,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        if not token or not keys or not app_id:
            raise ValueError("token, key and app id are needed")
        self._token = token
        self._keys = [AesKey.decoded(key) for key in keys]
        self._app_id = app_id.encode()
        self._random = random

    @property
    def key(self) -> AesKey:
        """The current key."""
        return self._keys[0]

    def signature(self, *parts: str) -> str:
        """SHA-1 over the sorted token and parts, as hex."""
        signer = WeChatSigner()
        signer.add_data(self._token, *parts)
        return str(signer.signature)

    def check(self, given: str, *parts: str) -> None:
        """Raises RejectedRequest unless `given` signs `parts`; takes the same time for all wrong ones."""
        if not _SIGNATURE.match(given) or not hmac.compare_digest(self.signature(*parts), given):
            raise RejectedRequest("signature")

    def decrypt(self, encrypted: str) -> Opened:
        """Raises RejectedRequest unless one of the keys gives a text for this account."""
        data = _decoded(encrypted)
        for key in self._keys:
            try:
                return Opened(self._text(WeChatCipher(key.secret).decrypt(data)), key)
            except RejectedRequest:
                continue
        raise RejectedRequest("ciphertext")

    def encrypt(self, text: str, key: AesKey) -> str:
        """The base64 of `text` for this account under `key`."""
        data = text.encode()
        plain = self._random(_RANDOM) + len(data).to_bytes(_LENGTH, "big") + data + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        sealed: bytes = WeChatCipher(key.secret).encrypt(plain + bytes([pad]) * pad)
        return base64.b64encode(sealed).decode()

    def _text(self, plain: bytes) -> bytes:
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise RejectedRequest("padding")
        content = plain[_RANDOM:-pad]
        length = int.from_bytes(content[:_LENGTH], "big")
        text, app_id = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
        if len(content) < _LENGTH or len(text) != length or not hmac.compare_digest(app_id, self._app_id):
            raise RejectedRequest("app_id")
        return text


def _decoded(encrypted: str) -> bytes:
    try:
        data = base64.b64decode(encrypted.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise RejectedRequest("base64") from None
    if not data or len(data) % 16:
        raise RejectedRequest("blocks")
    return data
