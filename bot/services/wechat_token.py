"""The access token of the WeChat account, kept in the database for all processes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.crypto import UndecryptableError
from models.repositories import wechat_token
from models.session import Database


@dataclass(frozen=True)
class KeptToken:
    """An access token as stored; `expires_at` in UTC."""

    token: str = field(repr=False)
    expires_at: datetime
    version: int


class WeChatTokenStore:
    """Implements connectors.ports.TokenStore: one fetch at a time over all processes."""

    def __init__(self, database: Database, clock: Callable[[], datetime], app_id: str) -> None:
        self._database = database
        self._clock = clock
        self._app_id = app_id

    def get(self) -> KeptToken | None:
        """None as well when the token was encrypted with a key that is gone: it is fetched anew then."""
        with self._database.read() as session:
            try:
                row = wechat_token.find(session, self._app_id)
            except UndecryptableError:
                return None
            if row is None or row.token is None or row.expires_at is None:
                return None
            return KeptToken(row.token, row.expires_at, row.version)

    def drop(self, version: int) -> None:
        """Forget the refused token unless a newer version is stored."""
        with self._database.begin() as session:
            row = wechat_token.locked(session, self._app_id)
            if row.version == version:
                row.token = None

    def lease(self, owner: str, duration: timedelta) -> int | None:
        """The version to replace when `owner` may fetch now; None while another owner has the lease."""
        now = self._clock()
        with self._database.begin() as session:
            row = wechat_token.locked(session, self._app_id)
            if wechat_token.leased_by_other(row, owner, now):
                return None
            row.lease_owner = owner
            row.lease_until = now + duration
            return row.version

    def compare_and_store(self, owner: str, version: int, token: str, expires_at: datetime) -> bool:
        """Store and end the lease; False, and nothing changed, when version or lease is another's by now."""
        with self._database.begin() as session:
            row = wechat_token.locked(session, self._app_id)
            if row.version != version or row.lease_owner != owner:
                return False
            row.token = token
            row.expires_at = expires_at
            row.version = version + 1
            row.lease_owner = row.lease_until = None
            return True

    def release(self, owner: str) -> None:
        with self._database.begin() as session:
            row = wechat_token.locked(session, self._app_id)
            if row.lease_owner == owner:
                row.lease_owner = row.lease_until = None
