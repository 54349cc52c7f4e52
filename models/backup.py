"""The whole database as rows of text, the same for SQLite and PostgreSQL; what is encrypted stays encrypted."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Protocol, TextIO

from sqlalchemy import Column, MetaData, Table, Text, insert, select, text
from sqlalchemy.engine import Connection

from models.base import Base, EncryptedJson, EncryptedText
from models.session import Database

BATCH = 500


class Writes(Protocol):
    """A text file to write to."""

    def write(self, text: str, /) -> int: ...


class NotEmptyError(Exception):
    """A backup is only restored into an empty database."""


def dump(database: Database, out: Writes) -> int:
    """Writes one JSON line a row, in one consistent read; how many rows."""
    count = 0
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(_plain(table))).mappings():
                values = {name: _to_json(value) for name, value in row.items()}
                out.write(json.dumps({"table": table.name, "row": values}, ensure_ascii=False) + "\n")
                count += 1
    return count


def load(database: Database, lines: TextIO) -> int:
    """Restores a dump into an empty, migrated database, all or nothing. Raises NotEmptyError."""
    tables = Base.metadata.tables
    count = 0
    with database.engine.execution_options(writes=True).begin() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.execute(select(_plain(table)).limit(1)).first() is not None:
                raise NotEmptyError(table.name)
        for name, rows in _batches(lines):
            table = tables[name]
            connection.execute(insert(_plain(table)), [_from_json(table, row) for row in rows])
            count += len(rows)
        _reset_sequences(connection)
    return count


def _plain(table: Table) -> Table:
    """The table with encrypted columns read and written as they are stored."""
    columns: list[Column[Any]] = []
    for column in table.columns:
        kind = Text() if isinstance(column.type, EncryptedText | EncryptedJson) else column.type
        columns.append(Column(column.name, kind, primary_key=column.primary_key))
    return Table(table.name, MetaData(), *columns)


def _batches(lines: TextIO) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    name, rows = "", list[dict[str, Any]]()
    for line in lines:
        item = json.loads(line)
        if rows and (item["table"] != name or len(rows) >= BATCH):
            yield name, rows
            rows = []
        name = item["table"]
        rows.append(item["row"])
    if rows:
        yield name, rows


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


def _from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    known = {column.name for column in table.columns}
    return {name: _value(value) for name, value in row.items() if name in known}


def _value(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        kind, text_value = next(iter(value.items()))
        if kind == "$datetime":
            return datetime.fromisoformat(text_value)
        if kind == "$date":
            return date.fromisoformat(text_value)
        if kind == "$bytes":
            return base64.b64decode(text_value)
    return value


def _reset_sequences(connection: Connection) -> None:
    """PostgreSQL draws the next number from a sequence that knows nothing of the restored rows."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        key = table.primary_key.columns.values()[0]
        if key.name == "id":
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")  # noqa: S608
            )
