"""Statements of the hot path, built once and run with parameters."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from models.base import Base


def dialect(session: Session) -> str:
    """sqlite or postgresql."""
    return session.get_bind().dialect.name


@cache
def update_by_id(table: type[Base], names: tuple[str, ...]) -> Any:
    """Set the named columns of the row whose id is the parameter `row_id`."""
    target = cast(Table, table.__table__)
    values = {name: bindparam(name, type_=target.c[name].type) for name in names}
    return update(target).where(target.c.id == bindparam("row_id")).values(values)
