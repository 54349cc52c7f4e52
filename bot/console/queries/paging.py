"""One page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
PER_PAGE = 20
MAX_PER_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page and where it lies."""

    rows: Sequence[T]
    total: int
    number: int = 1
    per_page: int = PER_PAGE

    @property
    def count(self) -> int:
        """How many pages there are, at least 1."""
        return max(-(-self.total // self.per_page), 1)

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 when there is none."""
        return min((self.number - 1) * self.per_page + 1, self.total) if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def total(session: Session, query: Select[Any]) -> int:
    """How many rows the query has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def portion(query: Select[Any], number: int, per_page: int) -> Select[Any]:
    return query.limit(per_page).offset((number - 1) * per_page)
