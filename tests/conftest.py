"""What all tests share: databases of both kinds, and a clock that stands still until it is moved."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from models import Cipher, Database, migrations
from tests.fakes import postgresql

settings.register_profile("without a watch", deadline=None)
settings.load_profile("without a watch")

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""A Friday, noon in Chengdu."""


class Clock:
    """Stands still; `advance` moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """URL of a running server, with {name} for the database."""
    with postgresql.server() as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/zhuli.db", Cipher(["test-data-key-1"]))
    migrations.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture
def new_postgresql(postgresql_url: str) -> Iterator[Callable[[], str]]:
    """Makes empty databases and drops them afterwards."""
    admin = create_engine(postgresql_url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"t{uuid.uuid4().hex}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        made.append(name)
        return postgresql_url.format(name=name)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def postgresql_database(new_postgresql: Callable[[], str]) -> Iterator[Database]:
    database = Database(new_postgresql(), Cipher(["test-data-key-1"]))
    migrations.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on SQLite and on PostgreSQL."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
