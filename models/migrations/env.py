"""Alembic's entry: runs on the connection that models.migrations hands over, or on ZHULI_DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, text

import models

LOCK = 7_255_001
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with create_engine(os.environ["ZHULI_DATABASE_URL"]).connect() as own:
        run(own)
