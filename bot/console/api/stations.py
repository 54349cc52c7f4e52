"""Stations in the JSON interface."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
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
from bot.console.context import Context, Here
from bot.console.queries import stations
from bot.console.queries.stations import StationFilter, StationRow
from bot.core import agreement
from bot.core.roles import Right, Viewer
from bot.core.routing import Barred, RouteQuery

router = APIRouter(prefix="/stations", tags=["stations"])
Caller = Annotated[Viewer, Depends(calling(Right.STATIONS))]
Router = Annotated[Viewer, Depends(calling(Right.ROUTE))]


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
    agreement_end: date | None = Field(description="协议的最后一天")
    agreement_standing: Literal["ending", "over"] | None = Field(
        description="ending：即将到期（含当天）；over：已到期，不再派需求"
    )


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


class PreviewIn(BaseModel):
    text: str = Field(max_length=2000, description="一段需求")
    title: str | None = Field(None, max_length=120)
    category: str | None = Field(None, max_length=20)
    district: str | None = Field(None, max_length=40)
    station_id: str | None = Field(None, max_length=40, description="还想知道为什么（不）是这个服务站")


class CandidateOut(BaseModel):
    station_id: str
    name: str
    score: float = Field(description="是合适的服务站的把握，0–1")
    reasons: list[str]


class BarredOut(BaseModel):
    station_id: str
    name: str
    bars: list[str] = Field(description="不能承接的原因")


class WhyOut(BaseModel):
    station_id: str
    name: str
    known: bool = Field(description="名录里有，并且文字够用来比较")
    place: int | None = Field(description="排第几；不能承接的，是假如能承接时的名次")
    among: int
    bars: list[str]
    reasons: list[str]
    lacks: list[str] = Field(description="与第一名相比缺什么")


class FieldOut(BaseModel):
    code: str
    name: str


class PreviewOut(BaseModel):
    decision: Literal["auto", "review"]
    reason: str | None = Field(description="为什么要由工作人员决定")
    field: FieldOut
    stations: list[CandidateOut]
    in_turn: list[str] = Field(description="与第一名同样合适、轮流承接的服务站名称")
    barred: list[BarredOut]
    why: WhyOut | None


@router.post("/preview", response_model=PreviewOut, responses=responses(400, 422))
def preview(here: Here, viewer: Router, asked: PreviewIn) -> Any:
    """Who would get a text; nothing is kept and nobody is told."""
    query = RouteQuery(asked.text, asked.title, asked.category, asked.district)
    found = here.services.routing.preview(query)
    why = here.services.routing.explain(query, asked.station_id) if asked.station_id else None
    routed = found.routed
    return {
        "decision": routed.decision,
        "reason": routed.reason,
        "field": vars(routed.field),
        "stations": [vars(one) for one in routed.stations],
        "in_turn": found.in_turn,
        "barred": [_barred(one) for one in found.barred],
        "why": {**vars(why), "bars": _barred(why.barred)["bars"] if why.barred else []} if why else None,
    }


def _barred(found: Barred) -> dict[str, Any]:
    bars = [bar.text for bar in found.bars]
    return {"station_id": found.station_id, "name": found.name, "bars": bars}


@router.get("", response_model=Listed[StationOut], responses=responses(422))
def index(
    here: Here,
    viewer: Caller,
    status: Text = "",
    field: Text = "",
    district: Text = "",
    q: Text = "",
    full: bool = False,
    ending: Annotated[bool, Query(description="只要协议已到期或即将到期的")] = False,
    page: PageNumber = FIRST_PAGE,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Any:
    """By station_id."""
    until = agreement.told_until(here.services.today()) if ending else None
    wanted = StationFilter(status, field, district, q, full, until)
    found = stations.search(here.db, viewer, wanted, page=page, per_page=per_page)
    return listed(found, [_row(here, row) for row in found.rows])


@router.get("/{station_id}", response_model=StationDetailOut, responses=responses(404, 422))
def one(here: Here, viewer: Caller, station_id: Annotated[str, Path(max_length=40, pattern=PRINTABLE)]) -> Any:
    found = stations.detail(here.db, viewer, station_id)
    if found is None:
        raise ApiError(404, "not_found")
    return {**_row(here, found.row), **found.values, "people": [vars(person) for person in found.liaisons]}


def _row(here: Context, row: StationRow) -> dict[str, Any]:
    standing = agreement.standing(row.agreement_end, row.status, here.services.today())
    return {**vars(row), "agreement_standing": standing}
