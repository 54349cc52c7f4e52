"""Statements of the hot path that several repositories share."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from models.base import Base
from models.prepared import Connected, Prepared


def dialect(at: Connected) -> str:
    """sqlite or postgresql."""
    return at.connection().dialect.name


@cache
def update_by_id(table: type[Base], names: tuple[str, ...]) -> Prepared:
    """Set the named columns of the row whose id is the parameter `row_id`."""
    target = cast(Table, table.__table__)
    values = {name: bindparam(name, type_=target.c[name].type) for name in names}
    return Prepared(update(target).where(target.c.id == bindparam("row_id")).values(values))


@cache
def insert_new(table: type[Base], unique: str, returning: str, names: tuple[str, ...], kind: str) -> Prepared:
    """Insert unless the value of `unique` is there; `kind` is the dialect."""
    target = cast(Table, table.__table__)
    make: Any = insert_sqlite if kind == "sqlite" else insert_postgresql
    values = {name: bindparam(name, type_=target.c[name].type) for name in names}
    return Prepared(
        make(target).values(values).on_conflict_do_nothing(index_elements=[unique]).returning(target.c[returning])
    )
