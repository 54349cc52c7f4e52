"""A sender's lock across processes: PostgreSQL's advisory locks, which queue first come first served."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

SPACE = b"zhuli-sender:"
"""Keeps our keys apart from others' in the same database."""


class AdvisoryLock:
    """A SenderLock on PostgreSQL. A process that dies loses its connection, and with it its locks.

    `url` is that of the database (`postgresql://` or SQLAlchemy's `postgresql+psycopg://`); at most
    `connections` senders are held or waited for at once, the others queue in the process.
    """

    def __init__(self, url: str, connections: int = 16) -> None:
        self._url = "postgresql" + url[url.index("://") :]
        self._free: list[psycopg.AsyncConnection] = []
        self._slots = asyncio.Semaphore(connections)

    @asynccontextmanager
    async def hold(self, sender_id: str) -> AsyncIterator[None]:
        """See SenderLock. The connection is closed, which frees the lock, when anything goes wrong."""
        async with self._slots:
            connection = await self._connection()
            try:
                await connection.execute("SELECT pg_advisory_lock(%s)", (key(sender_id),))
                try:
                    yield
                finally:
                    await connection.execute("SELECT pg_advisory_unlock(%s)", (key(sender_id),))
            except BaseException:
                await connection.close()
                raise
            self._free.append(connection)

    async def close(self) -> None:
        """Close the connections that are not in use."""
        while self._free:
            await self._free.pop().close()

    async def _connection(self) -> psycopg.AsyncConnection:
        while self._free:
            connection = self._free.pop()
            if not connection.closed:
                return connection
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)


def key(sender_id: str) -> int:
    """The sender's number among advisory locks: 64 bits, signed."""
    digest = hashlib.blake2b(SPACE + sender_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
