"""Shapes shared by the JSON interface's answers and questions."""

import re
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field

from bot.console.queries.paging import MAX_PER_PAGE, PER_PAGE, Page

T = TypeVar("T")
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def written_out(value: object) -> object:
    """Refuses what pydantic would take for a date besides YYYY-MM-DD: seconds, moments."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


PageNumber = Annotated[int, Query(ge=1, le=100_000, description="第几页，从 1 起")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PER_PAGE, description="每页几条")]
Text = Annotated[str, Query(max_length=100, pattern=PRINTABLE)]
Day = Annotated[date | None, BeforeValidator(written_out)]
Since = Annotated[Day, Query(description="从这一天起（成都时间），含当天")]
Until = Annotated[Day, Query(description="到这一天止（成都时间），含当天")]
FIRST_PAGE = 1
DEFAULT_PER_PAGE = PER_PAGE


class Listed(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    total: int = Field(description="一共几条")
    page: int
    per_page: int


def listed(page: Page[Any], items: list[Any] | None = None) -> dict[str, object]:
    return {
        "items": list(page.rows) if items is None else items,
        "total": page.total,
        "page": page.number,
        "per_page": page.per_page,
    }
