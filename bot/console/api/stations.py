"""Stations in the JSON interface."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from bot.console.api.access import calling
from bot.console.api.errors import ApiError, responses
from bot.console.api.shapes import (
    DEFAULT_PER_PAGE,
    FIRST_PAGE,
    PRINTABLE,
    Listed,
    PageNumber,
    PerPage,
    Text,
    listed,
)
from bot.console.context import Here
from bot.console.queries import stations
from bot.console.queries.stations import StationFilter
from bot.core.roles import Right, Viewer

router = APIRouter(prefix="/stations", tags=["stations"])
Caller = Annotated[Viewer, Depends(calling(Right.STATIONS))]


class StationOut(BaseModel):
    station_id: str
    name: str
    kind: str
    level: str
    society: str | None
    district: str | None
    fields: list[str] = Field(description="国家重点支持的高新技术领域一级名称")
    status: str
    open_cases: int
    capacity: int
    liaisons: int = Field(description="在岗联络员人数")
    demo: bool


class LiaisonOut(BaseModel):
    name: str
    role: str
    phone: str | None = Field(description="已掩码")
    channels: list[str]
    hours: str | None
    absence: str | None
    active: bool


class StationDetailOut(StationOut):
    hightech_fields: list[str] = Field(description="领域代码")
    disciplines: list[str]
    industry_prefixes: list[str]
    industries: list[str]
    keywords: list[str]
    exclude_keywords: list[str]
    services: list[str]
    categories: list[str]
    host_kind: str | None
    host_name: str | None
    zone: str | None
    served_districts: list[str]
    experts: list[dict[str, Any]]
    results: list[dict[str, Any]]
    agreement: dict[str, Any]
    approval: dict[str, Any]
    plaque_date: date | None
    status_reason: str | None
    yearly_grade: dict[str, str]
    last_verified: date | None
    updated_at: datetime
    people: list[LiaisonOut]


@router.get("", response_model=Listed[StationOut], responses=responses(422))
def index(
    here: Here,
    viewer: Caller,
    status: Text = "",
    field: Text = "",
    district: Text = "",
    q: Text = "",
    full: bool = False,
    page: PageNumber = FIRST_PAGE,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Any:
    """By station_id."""
    found = stations.search(
        here.db, viewer, StationFilter(status, field, district, q, full), page=page, per_page=per_page
    )
    return listed(found, [vars(row) for row in found.rows])


@router.get("/{station_id}", response_model=StationDetailOut, responses=responses(404, 422))
def one(here: Here, viewer: Caller, station_id: Annotated[str, Path(max_length=40, pattern=PRINTABLE)]) -> Any:
    found = stations.detail(here.db, viewer, station_id)
    if found is None:
        raise ApiError(404, "not_found")
    return {**vars(found.row), **found.values, "people": [vars(person) for person in found.liaisons]}
