"""Statistics in the JSON interface."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from bot.console.api.access import calling
from bot.console.api.errors import responses
from bot.console.api.shapes import Since, Until
from bot.console.context import Here
from bot.console.queries import figures
from bot.core.roles import Right, Viewer

router = APIRouter(prefix="/stats", tags=["stats"])
Caller = Annotated[Viewer, Depends(calling(Right.STATS))]


class FunnelOut(BaseModel):
    """收集→受理→派站→签收→对接→达成→办结."""

    collected: int
    accepted: int
    assigned: int
    taken: int
    matched: int
    agreed: int
    closed: int


class StatsOut(BaseModel):
    total: int
    funnel: FunnelOut
    by_state: dict[str, int]
    by_field: dict[str, int]
    by_category: dict[str, int]
    by_district: dict[str, int]
    by_day: dict[str, int] = Field(description="按提交日期（成都时间）")
    overdue: int
    average_score: float | None = Field(description="企业评分 1–5 的平均")


@router.get("", response_model=StatsOut, responses=responses(422))
def stats(here: Here, viewer: Caller, since: Since = None, until: Until = None) -> Any:
    """Of the demands submitted in the period, within what the caller may see."""
    return vars(figures.stats(here.db, viewer, since, until, here.now()))
