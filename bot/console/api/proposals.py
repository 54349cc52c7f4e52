"""What is proposed for a demand in the JSON interface."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from bot.console.api.access import calling
from bot.console.api.errors import ApiError, responses
from bot.console.api.shapes import PRINTABLE
from bot.console.context import Here
from bot.console.queries import demand_detail
from bot.core.roles import Right, Viewer
from bot.core.talent import Kind
from bot.services.demand_proposals import proposals_of

log = logging.getLogger(__name__)
router = APIRouter(prefix="/demands", tags=["demands"])
Caller = Annotated[Viewer, Depends(calling(Right.DEMANDS))]
EXAMPLE: dict[str, Any] = {
    "code": "R-S01-1",
    "name": "示例成果：浆料配方与分散",
    "grade": "中试",
    "unit": "示例大学",
    "society": "示例·成都市化学化工学会",
    "topics": ["浆料配方与分散"],
    "reasons": ["擅长相近：浆料配方与分散", "技术领域一致：新能源与节能"],
    "demo": True,
}


class ProposalOut(BaseModel):
    """An expert or result that may help; the rest of it under /api/v1/experts or /api/v1/results."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: str
    name: str
    grade: str | None = Field(description="专家的职称，或成果所处的阶段")
    unit: str | None
    society: str | None
    topics: list[str] = Field(description="与需求相合的擅长，最近的在前")
    reasons: list[str] = Field(description="可以核对的理由，最强的在前")
    demo: bool


class ProposalsOut(BaseModel):
    """Up to three of each, best first; none for a demand that is over."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"demand_no": "CD-20261120-0001", "experts": [], "results": [EXAMPLE]}]}
    )

    demand_no: str
    experts: list[ProposalOut]
    results: list[ProposalOut]


@router.get("/{demand_no}/proposals", response_model=ProposalsOut, responses=responses(404, 422))
def proposals(here: Here, viewer: Caller, demand_no: Annotated[str, Path(max_length=20, pattern=PRINTABLE)]) -> Any:
    """Experts and results of all societies for this demand, each with its reasons."""
    if demand_detail.record(here.db, viewer, demand_no) is None:
        raise ApiError(404, "not_found")
    try:
        found = proposals_of(here.db, here.services.talent, demand_no)
    except Exception as error:
        log.error("nothing can be proposed for %s: %s", demand_no, type(error).__name__)
        raise ApiError(503, "not_proposed") from None
    experts, results = ([vars(one) for one in found.get(kind, [])] for kind in (Kind.EXPERT, Kind.RESULT))
    return {"demand_no": demand_no, "experts": experts, "results": results}
