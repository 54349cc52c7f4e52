"""The database: one engine, write transactions and read sessions."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.base import active_cipher
from models.crypto import Cipher
from models.prepared import execute_text

UnavailableError = OperationalError
"""Raised by any session when the database cannot be reached or stays locked."""
DatabaseError = DBAPIError


class Transaction:
    """A transaction for statements of models.prepared; a Session over it is opened when objects are needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: Session | None = None

    def connection(self) -> Connection:
        return self._connection

    @property
    def session(self) -> Session:
        """Joins the transaction."""
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False)
        return self._session

    def finish(self, *, flush: bool) -> None:
        """Close the session, if any; `flush`: write what it holds first."""
        if self._session is not None:
            if flush:
                self._session.flush()
            self._session.close()


class Database:
    """SQLite (write-ahead log) or PostgreSQL behind one address."""

    def __init__(self, url: str, cipher: Cipher, *, echo: bool = False) -> None:
        self.cipher = cipher
        self.engine = _engine(url, echo)
        self._writing = self.engine.execution_options(writes=True)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self._writing, expire_on_commit=False)
        self._one_writer: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A write transaction: committed at the end, rolled back on an exception.

        On SQLite it takes the write lock at once, so that what is read inside cannot go stale.
        """
        with self._one_writer, self._cipher_active(), self._writers.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with self._cipher_active(), self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A write transaction like `begin`, on the hot path: without a Session unless it is asked for."""
        with self._one_writer, self._cipher_active(), self._writing.begin() as connection:
            transaction = Transaction(connection)
            done = False
            try:
                yield transaction
                done = True
            finally:
                transaction.finish(flush=done)

    @contextmanager
    def look(self) -> Iterator[Transaction]:
        """For single reads on the hot path: without a Session unless it is asked for."""
        with self._cipher_active(), self.engine.connect() as connection:
            transaction = Transaction(connection)
            try:
                yield transaction
            finally:
                transaction.finish(flush=False)

    def ping(self) -> None:
        """Raises UnavailableError when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _cipher_active(self) -> Iterator[None]:
        token = active_cipher.set(self.cipher)
        try:
            yield
        finally:
            active_cipher.reset(token)


def _engine(url: str, echo: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            echo=echo,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            connect_args={"connect_timeout": 5},
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, echo=echo, connect_args={"timeout": 15})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log; every commit survives a power cut (synchronous=FULL)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    execute_text(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
