"""Statements of the hot path: compiled once for each kind of database, then run on the bare cursor."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]


class Connected(Protocol):
    """A Session, or a Transaction of models.session."""

    def connection(self) -> Connection: ...


Row = Callable[[Sequence[Any]], Any]


@dataclass(slots=True)
class _Plan:
    """A compiled statement: its text, the order or None for named parameters, and how values are converted."""

    text: str
    order: Sequence[str] | None
    fixed: Mapping[str, Any]
    bind: Mapping[str, Processor | None]
    row: Row | None = None
    """Makes a named tuple of a row of the driver; known once the driver has told the columns' types."""

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the cursor takes; KeyError when a value is missing."""
        found = dict(self.fixed)
        for name, process in self.bind.items():
            value = values[name]
            found[name] = value if process is None else process(value)
        return found if self.order is None else [found[name] for name in self.order]


class Prepared:
    """A statement of SQLAlchemy's Core with `bindparam`s, run without SQLAlchemy's machinery (10 times cheaper).

    Values are converted by the columns' types, encryption included; errors are SQLAlchemy's. Rows are named
    tuples. Columns with Python-side defaults must be given.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def first(self, at: Connected, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.all(at, **values)), None)

    def all(self, at: Connected, **values: Any) -> list[Any]:
        """All rows."""
        connection = at.connection()
        plan = self._plan(connection.dialect)
        cursor = _execute(connection, plan.text, plan.parameters(values))
        try:
            found = cursor.fetchall()
            if plan.row is None and found:
                plan.row = _row(self._statement, connection.dialect, cursor.description)
            return [plan.row(row) for row in found] if plan.row else []
        finally:
            cursor.close()

    def run(self, at: Connected, **values: Any) -> None:
        """Execute a statement that gives no rows."""
        connection = at.connection()
        plan = self._plan(connection.dialect)
        _execute(connection, plan.text, plan.parameters(values)).close()

    def run_each(self, at: Connected, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it once for each of the rows of values."""
        if not rows:
            return
        connection = at.connection()
        plan = self._plan(connection.dialect)
        _execute(connection, plan.text, [plan.parameters(row) for row in rows], many=True).close()

    def _plan(self, dialect: Dialect) -> _Plan:
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self._statement, dialect)
        return plan


def execute_text(connection: Connection, text: str) -> None:
    """Run a plain command, e.g. BEGIN IMMEDIATE."""
    _execute(connection, text, ()).close()


def _execute(connection: Connection, text: str, parameters: Any, many: bool = False) -> Any:
    cursor = connection.connection.cursor()
    try:
        if many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        _raise(connection, text, error)
    return cursor


def _raise(connection: Connection, text: str, error: Any) -> NoReturn:
    """The error as SQLAlchemy raises it, without the parameters; a lost connection leaves the pool."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    ) from error


def _planned(statement: Any, dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler) or compiled.insert_prefetch or compiled.update_prefetch:
        raise ValueError("a prepared statement names all columns that have Python-side defaults")
    binds = {name: (bind, _processor(bind.type, dialect)) for name, bind in compiled.binds.items()}
    return _Plan(
        text=compiled.string,
        order=compiled.positiontup,
        fixed={
            name: process(bind.effective_value) if process else bind.effective_value
            for name, (bind, process) in binds.items()
            if not bind.required
        },
        bind={name: process for name, (bind, process) in binds.items() if bind.required},
    )


def _processor(kind: Any, dialect: Dialect) -> Processor | None:
    process: Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _row(statement: Any, dialect: Dialect, description: Sequence[Sequence[Any]]) -> Row:
    columns = list(statement.exported_columns)
    kinds = [column.type.dialect_impl(dialect) for column in columns]
    convert = [kind.result_processor(dialect, told[1]) for kind, told in zip(kinds, description, strict=True)]
    names = [column.key for column in columns]
    row: Any = namedtuple("row", names)  # type: ignore[misc]
    make: Row = row._make
    if not any(convert):
        return make
    return lambda values: make(
        [value if process is None else process(value) for process, value in zip(convert, values, strict=True)]
    )
