"""Encryption of contact data at rest, with keys that can be rotated."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import zlib
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
"""Bytes; drawn at random, so that a key is good for 2^32 values (NIST SP 800-38D, 8.3)."""
_PLAIN, _DEFLATED = "1", "2"
"""The first character of a token: how its content is written. It is authenticated with the content."""
_LONG = 300
"""Bytes from which a text is deflated."""


class UndecryptableError(Exception):
    """A stored value was encrypted with a key that is no longer configured."""


class Cipher:
    """AES-256-GCM: encrypts with the first key and reads what any of the keys wrote."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: any non-empty texts, newest first; each is stretched to 256 bits by SHA-256."""
        if not keys or not all(keys):
            raise ValueError("at least one data key is needed")
        self._keys = [AESGCM(hashlib.sha256(key.encode()).digest()) for key in keys]
        self._oldest = keys[-1].encode()

    def encrypt(self, plain: str) -> str:
        data = plain.encode("utf-8", "surrogatepass")
        kind = _PLAIN if len(data) < _LONG else _DEFLATED
        nonce = os.urandom(_NONCE)
        sealed = self._keys[0].encrypt(nonce, data if kind == _PLAIN else zlib.compress(data, 1), kind.encode())
        return kind + base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, token: str) -> str:
        kind = token[:1]
        try:
            written = token[1:].encode("ascii")
            data = base64.b64decode(written, validate=True)
            if base64.b64encode(data) != written:  # the last character holds bits that decoding does not look at
                raise binascii.Error
        except (UnicodeEncodeError, binascii.Error):
            raise UndecryptableError("a value in the database is not an encrypted one") from None
        opened = self._opened(data, kind.encode())
        return (zlib.decompress(opened) if kind == _DEFLATED else opened).decode("utf-8", "surrogatepass")

    def rotate(self, token: str) -> str:
        """The same value under the newest key."""
        return self.encrypt(self.decrypt(token))

    def fingerprint(self, value: str) -> str:
        """A keyed hash for equality searches; stays the same while the oldest key is kept."""
        return hmac.new(self._oldest, value.encode(), hashlib.sha256).hexdigest()

    def _opened(self, data: bytes, kind: bytes) -> bytes:
        for key in self._keys:
            try:
                return key.decrypt(data[:_NONCE], data[_NONCE:], kind)
            except (InvalidTag, ValueError):
                continue
        raise UndecryptableError("a value in the database was encrypted with an unknown key")


def token() -> str:
    """An opaque token of 192 random bits, safe in addresses."""
    return secrets.token_urlsafe(24)


def digest(value: str) -> str:
    """What is stored in place of a secret token."""
    return hashlib.sha256(value.encode()).hexdigest()
