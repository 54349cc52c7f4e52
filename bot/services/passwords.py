"""Passwords: what is accepted, how they are stored and checked (argon2id)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 128
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


class WeakPasswordError(Exception):
    """The new password is too short, too long, too simple or contains the user name."""


class Passwords:
    """Hashes and checks; checking against no account costs as much as against one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """False for a wrong password, an unreadable hash, and when there is no account (`stored` None)."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)


def check_strength(password: str, username: str) -> None:
    """Raises WeakPasswordError."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPasswordError("length")
    if username and username.lower() in password.lower():
        raise WeakPasswordError("username")
    if len(set(password)) < 5:
        raise WeakPasswordError("simple")


def one_time_password() -> str:
    """Sixteen characters without look-alikes, in groups of four."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(drawn[start : start + 4] for start in range(0, 16, 4))
