"""Demands in the JSON interface; the keys are those of the product design."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Path, Query
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
    Since,
    Text,
    Until,
    listed,
)
from bot.console.context import Here
from bot.console.queries import demand_detail, demands
from bot.console.queries.demands import DemandFilter
from bot.core.roles import Right, Viewer
from bot.services.audit import Actor
from bot.services.disclosure import NotDisclosedError

router = APIRouter(prefix="/demands", tags=["demands"])
Caller = Annotated[Viewer, Depends(calling(Right.DEMANDS))]


class BudgetOut(BaseModel):
    kind: Literal["amount", "negotiable", "none"]
    min: float | None = Field(description="万元")
    max: float | None = Field(description="万元")


class ConsentOut(BaseModel):
    kind: str
    given: bool
    notice_version: str
    station_id: str | None
    at: datetime
    withdrawn_at: datetime | None


class AttachmentOut(BaseModel):
    kind: str
    state: str
    content_type: str | None
    size: int | None = Field(description="字节")


class DemandOut(BaseModel):
    """A demand; contact_name and phone are masked unless asked for with the right and a reason."""

    demand_no: str
    title: str
    category: str
    problem: str
    indicators: list[dict[str, Any]]
    goal: str | None
    current_base: str | None
    invested: float | None = Field(description="万元")
    field: str
    industry_code: str | None
    discipline_codes: list[str]
    strategic_code: str | None
    keywords: list[str]
    coop_mode: str | None
    budget: BudgetOut
    deadline: str = Field(description="YYYY-MM-DD、ASAP 或 long_term")
    urgency: str | None
    enterprise_name: str | None
    uscc: str | None
    district: str
    zone: str | None
    contact_name: str | None
    phone: str | None
    consents: list[ConsentOut]
    public_level: str
    attachments: list[AttachmentOut]
    source: str
    quality_score: int
    state: str
    station_id: str | None
    station_name: str | None
    liaison_name: str | None
    due_at: datetime | None
    score: int | None
    outcome: str | None
    duplicate_of: str | None
    submitted_at: datetime
    updated_at: datetime


@router.get("", response_model=Listed[DemandOut], responses=responses(422))
def index(
    here: Here,
    viewer: Caller,
    state: Text = "",
    field: Text = "",
    category: Text = "",
    district: Text = "",
    station: Text = "",
    q: Text = "",
    since: Since = None,
    until: Until = None,
    overdue: bool = False,
    queue: bool = False,
    page: PageNumber = FIRST_PAGE,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Any:
    """Newest first, contacts masked."""
    wanted = DemandFilter(state, field, category, district, station, since, until, q, overdue, queue)
    return listed(demands.records(here.db, viewer, wanted, here.now(), page=page, per_page=per_page))


@router.get("/{demand_no}", response_model=DemandOut, responses=responses(404, 422))
def one(
    here: Here,
    viewer: Caller,
    demand_no: Annotated[str, Path(max_length=20, pattern=PRINTABLE)],
    contacts: Annotated[bool, Query(description="不掩码的联系方式；须有权限并写明原因")] = False,
    x_reason: Annotated[
        str, Header(max_length=600, description="查看联系方式的原因（UTF-8，可百分号编码），记入审计")
    ] = "",
) -> Any:
    record = demand_detail.record(here.db, viewer, demand_no)
    if record is None:
        raise ApiError(404, "not_found")
    if not contacts:
        return record
    if not viewer.may(Right.CONTACTS):
        raise ApiError(403, "forbidden")
    station = record["station_id"] if viewer.needs_share_consent else None
    try:
        opened = here.disclosure.open(Actor.staff(viewer), demand_no, _reason(x_reason), station_id=station)
    except NotDisclosedError as error:
        raise ApiError(404 if error.code == "unknown" else 403, error.code) from None
    return {**record, "contact_name": opened.name, "phone": opened.phone}


def _reason(header: str) -> str:
    """Header values arrive as Latin-1; clients send UTF-8 or percent-encoded text."""
    try:
        text = header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = header
    return "".join(char for char in unquote(text) if char.isprintable())
