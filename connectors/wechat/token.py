"""The one access token of the account, fetched by one task of one process at a time."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.ports import StoredToken, TokenStore
from connectors.wechat.errors import UnreachableError, WeChatError

EARLY = timedelta(minutes=5)
"""WeChat itself renews the stable token five minutes before it ends; the former stays valid so long."""
LEASE = timedelta(seconds=20)
PATIENCE = timedelta(seconds=15)
"""How long a task waits for another process's fetch."""
PAUSE = timedelta(seconds=30)
"""Between early refreshes that bring nothing newer while the old token still works."""
_LOOK_AGAIN = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Fetched:
    """A fresh access token and how long it lives."""

    token: str = field(repr=False)
    expires_in: timedelta


class TokenHolder:
    """Gives the access token; safe for any number of tasks, and processes that share the store."""

    def __init__(
        self,
        store: TokenStore,
        fetch: Callable[[], Awaitable[Fetched]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._lock = asyncio.Lock()
        self._held: StoredToken | None = None
        self._quiet_until: datetime | None = None

    async def current(self) -> StoredToken:
        """A token that is good for use now. Raises WeChatError when none can be had."""
        held = self._held
        if held is not None and self._fresh(held):
            return held
        async with self._lock:
            self._held = await self._stored_or_fetched()
            return self._held

    async def refused(self, token: StoredToken) -> None:
        """WeChat refused `token`: forget it everywhere, unless it has been replaced already."""
        async with self._lock:
            if self._held is not None and self._held.version <= token.version:
                self._held = None
            await asyncio.to_thread(self._store.drop, token.version)

    async def _stored_or_fetched(self) -> StoredToken:
        for _ in range(int(PATIENCE / _LOOK_AGAIN)):
            stored = await asyncio.to_thread(self._store.get)
            if stored is not None and self._fresh(stored):
                return stored
            version = await asyncio.to_thread(self._store.lease, self._owner, LEASE)
            if version is not None:
                return await self._replace(version)
            if stored is not None and self._usable(stored):
                return stored
            await asyncio.sleep(_LOOK_AGAIN.total_seconds())
        raise UnreachableError("token", "token_wait")

    async def _replace(self, version: int) -> StoredToken:
        """Called with the lease held; another may have fetched just before we got it."""
        former = await asyncio.to_thread(self._store.get)
        try:
            if former is not None and self._fresh(former):
                return former
            fetched = await self._fetch()
        except WeChatError:
            if former is None or not self._usable(former):
                raise
            self._quiet_until = self._clock() + PAUSE
            return former
        else:
            await self._keep(version, fetched)
            return await self._read_back()
        finally:
            await asyncio.to_thread(self._store.release, self._owner)

    async def _keep(self, version: int, fetched: Fetched) -> None:
        expires_at = self._clock() + fetched.expires_in
        await asyncio.to_thread(self._store.compare_and_store, self._owner, version, fetched.token, expires_at)

    async def _read_back(self) -> StoredToken:
        stored = await asyncio.to_thread(self._store.get)
        if stored is None:
            raise UnreachableError("token", "token_dropped")
        if not self._fresh(stored):
            self._quiet_until = self._clock() + PAUSE
        return stored

    def _fresh(self, token: StoredToken) -> bool:
        if self._quiet_until is not None and self._clock() < self._quiet_until:
            return self._usable(token)
        return self._clock() < token.expires_at - EARLY

    def _usable(self, token: StoredToken) -> bool:
        return self._clock() < token.expires_at
