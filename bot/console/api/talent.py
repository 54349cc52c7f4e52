"""Experts and results in the JSON interface: what the societies can offer, never a way to reach a person."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

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
from bot.console.queries import talent
from bot.console.queries.stations import field_names
from bot.console.queries.talent import TalentFilter
from bot.core.roles import Right, Viewer
from bot.core.talent import Kind, TalentRecord

Caller = Annotated[Viewer, Depends(calling(Right.STATIONS))]
Code = Annotated[str, Path(max_length=40, pattern=PRINTABLE)]
OfField = Annotated[str, Query(max_length=100, pattern=PRINTABLE, description="国家重点支持的高新技术领域一级名称")]
OfSociety = Annotated[str, Query(max_length=100, pattern=PRINTABLE, description="学会全称")]
EXAMPLE: dict[str, Any] = {
    "code": "E-S01-1",
    "name": "示例专家甲",
    "grade": "教授级高级工程师",
    "unit": "示例大学",
    "society": "示例·成都市化学化工学会",
    "hightech_fields": ["40108"],
    "fields": ["新材料"],
    "disciplines": ["530"],
    "topics": ["电池极片涂布与辊压工艺优化", "浆料配方与分散"],
    "summary": "示例条目，不是真实人员。",
    "active": True,
    "demo": True,
}


class TalentOut(BaseModel):
    """An expert or a result. Contacts are kept by the society and are not in here."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: str
    name: str = Field(description="专家姓名或成果名称")
    grade: str | None = Field(description="专家的职称，或成果所处的阶段")
    unit: str | None = Field(description="专家的单位，或成果的权属单位")
    society: str | None
    hightech_fields: list[str] = Field(description="领域代码")
    fields: list[str] = Field(description="国家重点支持的高新技术领域一级名称")
    disciplines: list[str]
    topics: list[str] = Field(description="擅长或用途")
    summary: str | None
    active: bool = Field(description="可推荐")
    demo: bool


class TalentDetailOut(TalentOut):
    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE | {"version": 1, "updated_at": "2026-11-20T04:00:00Z"}]}
    )

    version: int = Field(description="每次修改加一")
    updated_at: datetime


def routes(kind: Kind, name: str) -> APIRouter:
    """List and entry of one kind under its own address."""
    router = APIRouter(prefix=f"/{name}", tags=[name])

    @router.get("", response_model=Listed[TalentOut], responses=responses(422), name=name, operation_id=f"{name}_index")
    def index(
        here: Here,
        viewer: Caller,
        q: Text = "",
        field: OfField = "",
        society: OfSociety = "",
        idle: Annotated[bool, Query(description="只要不再推荐的")] = False,
        page: PageNumber = FIRST_PAGE,
        per_page: PerPage = DEFAULT_PER_PAGE,
    ) -> Any:
        """By code."""
        wanted = TalentFilter(q, field, society, idle)
        found = talent.search(here.db, kind, wanted, page=page, per_page=per_page)
        return listed(found, [_entry(row) for row in found.rows])

    @router.get("/{code}", response_model=TalentDetailOut, responses=responses(404, 422), operation_id=f"{name}_one")
    def one(here: Here, viewer: Caller, code: Code) -> Any:
        found = talent.detail(here.db, kind, code)
        if found is None:
            raise ApiError(404, "not_found")
        return {**_entry(found.record), "version": found.version, "updated_at": found.updated_at}

    return router


def _entry(record: TalentRecord) -> dict[str, Any]:
    return {**vars(record), "hightech_fields": record.fields, "fields": field_names(record.fields)}
