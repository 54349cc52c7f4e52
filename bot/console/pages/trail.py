"""The audit trail."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.console.context import AuditReader, Here
from bot.console.params import Params
from bot.console.queries import trail
from bot.console.queries.trail import TrailFilter

router = APIRouter()


@router.get("/audit")
def index(request: Request, here: Here, viewer: AuditReader) -> Response:
    params = Params(request.query_params)
    wanted = TrailFilter(params.text("action"), params.text("q"), params.day("since"), params.day("until"))
    found = trail.search(here.db, wanted, page=params.page())
    return here.pages.show(request, "audit.html", found=found, actions=trail.actions(here.db))
