"""Storage on SQLite and PostgreSQL: encryption, times, numbers, migrations."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from models import Base, Cipher, Contact, Database, UndecryptableError, migrations
from models.repositories.intake import draw_number
from tests.conftest import NOON


def _contact(**values: object) -> Contact:
    return Contact(**({"sender_id": "wx:o1", "created_at": NOON, "updated_at": NOON} | values))


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []
    assert migrations.is_current(database.engine)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    migrations.upgrade(database.engine)
    assert migrations.is_current(database.engine)


def test_contact_data_is_not_in_the_database_in_clear(database: Database) -> None:
    with database.begin() as session:
        session.add(_contact(name="王示例", phone="13800000000"))
    with database.engine.connect() as connection:
        row = connection.execute(text("SELECT name, phone FROM contact")).one()
    assert "王示例" not in row.name
    assert "13800000000" not in row.phone
    with database.read() as session:
        assert session.query(Contact).one().phone == "13800000000"


def test_values_written_with_an_older_key_stay_readable(database: Database) -> None:
    with database.begin() as session:
        session.add(_contact(phone="13800000000"))
    database.cipher = Cipher(["test-data-key-2", "test-data-key-1"])
    with database.read() as session:
        assert session.query(Contact).one().phone == "13800000000"
    database.cipher = Cipher(["test-data-key-3"])
    with database.read() as session, pytest.raises(UndecryptableError):
        session.query(Contact).one()


def test_a_fingerprint_stays_the_same_when_a_key_is_added() -> None:
    assert Cipher(["new", "old"]).fingerprint("13800000000") == Cipher(["old"]).fingerprint("13800000000")


def test_times_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    with database.begin() as session:
        session.add(_contact())
    with database.read() as session:
        assert session.query(Contact).one().created_at == NOON
        assert session.query(Contact).one().created_at.tzinfo == UTC
    with pytest.raises(StatementError), database.begin() as session:
        session.add(_contact(created_at=datetime(2026, 11, 20)))


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as session:
        session.add(_contact())
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.query(Contact).count() == 0


def test_numbers_drawn_in_parallel_have_no_duplicates_and_no_gaps(database: Database) -> None:
    together = threading.Barrier(8)

    def draw(_: int) -> list[int]:
        together.wait()
        numbers = []
        for _ in range(10):
            with database.begin() as session:
                numbers.append(draw_number(session, "20261120"))
        return numbers

    with ThreadPoolExecutor(8) as pool:
        drawn = [number for numbers in pool.map(draw, range(8)) for number in numbers]
    assert sorted(drawn) == list(range(1, 81))


def test_a_number_whose_transaction_failed_is_given_again(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as session:
        draw_number(session, "20261120")
        raise RuntimeError
    with database.begin() as session:
        assert draw_number(session, "20261120") == 1
