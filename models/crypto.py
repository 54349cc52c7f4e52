"""Encryption of contact data at rest, with keys that can be rotated."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UndecryptableError(Exception):
    """A stored value was encrypted with a key that is no longer configured."""


class Cipher:
    """Encrypts with the first key and reads what any of the keys wrote."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: any non-empty texts, newest first; each is stretched to a Fernet key by SHA-256."""
        if not keys or not all(keys):
            raise ValueError("at least one data key is needed")
        self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in keys])
        self._oldest = keys[-1].encode()

    def encrypt(self, plain: str) -> str:
        return self._fernet.encrypt(plain.encode("utf-8", "surrogatepass")).decode()

    def decrypt(self, token: str) -> str:
        try:
            return self._fernet.decrypt(token).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise UndecryptableError("a value in the database was encrypted with an unknown key") from None

    def rotate(self, token: str) -> str:
        """The same value under the newest key."""
        try:
            return self._fernet.rotate(token.encode()).decode()
        except InvalidToken:
            raise UndecryptableError("a value in the database was encrypted with an unknown key") from None

    def fingerprint(self, value: str) -> str:
        """A keyed hash for equality searches; stays the same while the oldest key is kept."""
        return hmac.new(self._oldest, value.encode(), hashlib.sha256).hexdigest()


def token() -> str:
    """An opaque token of 192 random bits, safe in addresses."""
    return secrets.token_urlsafe(24)


def digest(value: str) -> str:
    """What is stored in place of a secret token."""
    return hashlib.sha256(value.encode()).hexdigest()


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
