"""Tencent's side of the safe mode, written apart from the connector's so that one checks the other.

Source: developers.weixin.qq.com, 消息加解密说明: AES-256-CBC, the key's first 16 bytes as IV, PKCS#7 over 32 bytes,
random(16) + length(4, big-endian) + message + AppID.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
_PREFIX = 16
_HEADER = _PREFIX + 4


class BadCiphertextError(Exception):
    """What came back cannot be the answer of somebody who has the key."""


def signature(token: str, *values: str) -> str:
    """SHA-1 over the sorted values, token among them (signature and msg_signature)."""
    return hashlib.sha1("".join(sorted((token, *values))).encode()).hexdigest()  # noqa: S324


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


class SafeMode:
    """Encrypts and decrypts with one EncodingAESKey (43 characters) for one AppID."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        if len(key) != 32:
            raise ValueError("the EncodingAESKey must have 43 characters")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def encrypt(self, message: bytes) -> str:
        body = secrets.token_bytes(_PREFIX) + struct.pack(">I", len(message)) + message + self._app_id
        pad = BLOCK - len(body) % BLOCK
        encryptor = self._cipher.encryptor()
        encrypted = encryptor.update(body + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(encrypted).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """Raises BadCiphertextError for anything that is not ours."""
        body = self._unpadded(encrypted)
        if len(body) < _HEADER:
            raise BadCiphertextError("too short")
        (length,) = struct.unpack(">I", body[_PREFIX:_HEADER])
        message, app_id = body[_HEADER : _HEADER + length], body[_HEADER + length :]
        if len(message) != length or app_id != self._app_id:
            raise BadCiphertextError("wrong length or AppID")
        return message

    def _unpadded(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise BadCiphertextError("not base64") from None
        if not raw or len(raw) % 16:
            raise BadCiphertextError("not whole blocks")
        decryptor = self._cipher.decryptor()
        body = decryptor.update(raw) + decryptor.finalize()
        pad = body[-1]
        if not 1 <= pad <= BLOCK or body[-pad:] != bytes([pad]) * pad:
            raise BadCiphertextError("bad padding")
        return body[:-pad]
