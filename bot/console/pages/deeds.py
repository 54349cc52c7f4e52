"""What staff do with a demand: assign, close, reject, send a notice again."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Checker, Context, DemandViewer, ForbiddenError, Here, Router
from bot.console.pages.demands import found_or_404, show
from bot.console.params import clean
from bot.console.queries.demand_detail import DemandDetail
from bot.core.case import GAVE_BACK
from bot.core.demand_query import query_of_demand
from bot.core.roles import Right, Viewer
from bot.services import audit
from bot.services.cases import Actor, AlreadyHandled, CaseError

router = APIRouter(prefix="/demands/{demand_no}")
Reason = Annotated[str, Form(max_length=500)]
Version = Annotated[int, Form(ge=1)]


def acting(viewer: Viewer) -> Actor:
    return Actor("staff", viewer.username, viewer.name)


@router.post("/assign")
def assign(
    request: Request,
    here: Here,
    viewer: Router,
    demand_no: str,
    version: Version,
    station_id: Annotated[str, Form(max_length=40)] = "",
    reason: Reason = "",
) -> Response:
    found = found_or_404(here, viewer, demand_no)
    try:
        here.services.cases.assign_by_staff(
            demand_no, clean(station_id), acting(viewer), _stated(here, reason), version
        )
    except CaseError as error:
        return _refused(request, here, viewer, found, error)
    return _done(demand_no, "assign")


@router.get("/reroute")
def reroute(request: Request, here: Here, viewer: Router, demand_no: str) -> Response:
    """The short list computed anew, for staff to choose from."""
    found = found_or_404(here, viewer, demand_no)
    present = found.record["station_id"]
    gave_back = {event.station_id for event in found.events if event.kind in GAVE_BACK}
    query = query_of_demand(
        found.record["problem"],
        found.record["goal"],
        found.record["title"],
        found.record["category"],
        found.record["district"],
        enterprise_name=found.record["enterprise_name"],
        exclude=(code for code in (gave_back | {present}) if code),
    )
    routed = here.services.routing.route(query)
    return here.pages.show(request, "reroute.html", found=found, record=found.record, routed=routed)


@router.post("/close")
def close(
    request: Request,
    here: Here,
    viewer: Checker,
    demand_no: str,
    version: Version,
    outcome: Annotated[str, Form(max_length=20)] = "",
    reason: Reason = "",
) -> Response:
    found = found_or_404(here, viewer, demand_no)
    try:
        here.services.cases.close(demand_no, acting(viewer), version, outcome, _stated(here, reason))
    except CaseError as error:
        return _refused(request, here, viewer, found, error)
    return _done(demand_no, "close")


@router.post("/reject")
def reject(
    request: Request, here: Here, viewer: Checker, demand_no: str, version: Version, reason: Reason = ""
) -> Response:
    found = found_or_404(here, viewer, demand_no)
    try:
        here.services.cases.reject(demand_no, acting(viewer), version, _stated(here, reason))
    except CaseError as error:
        return _refused(request, here, viewer, found, error)
    return _done(demand_no, "reject")


@router.post("/resend")
def resend(here: Here, viewer: DemandViewer, demand_no: str, notice: Annotated[int, Form(ge=1)]) -> Response:
    if not viewer.may(Right.ROUTE):
        raise ForbiddenError
    found_or_404(here, viewer, demand_no)
    if not here.resend.again(audit.Actor.staff(viewer), demand_no, notice):
        raise HTTPException(404)
    return _done(demand_no, "resend")


def _stated(here: Context, reason: str) -> str:
    """Raises CaseError when no reason is given."""
    stated = reason.strip()
    if len(stated) < 2:
        raise CaseError(here.labels("refusal", "why"))
    return stated


def _refused(request: Request, here: Context, viewer: Viewer, found: DemandDetail, error: CaseError) -> Response:
    """The page as it is now, with what went wrong."""
    now = found_or_404(here, viewer, found.record["demand_no"])
    status = 409 if isinstance(error, AlreadyHandled) else 400
    return show(request, here, viewer, now, problem=str(error), status=status)


def _done(demand_no: str, deed: str) -> Response:
    return RedirectResponse(f"/demands/{demand_no}?done={deed}", 303)
