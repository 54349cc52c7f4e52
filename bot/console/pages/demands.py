"""Demands: list, detail, opening the contact, export."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from bot.console.context import ContactOpener, Context, DemandViewer, Exporter, Here
from bot.console.pages.possible import LiaisonPossible, Possible
from bot.console.pages.proposed import proposals
from bot.console.params import Params
from bot.console.queries import demand_detail, demands, liaison_link, stations
from bot.console.queries.demand_detail import DemandDetail
from bot.console.queries.demands import DemandFilter
from bot.core.case import OUTCOMES, RETURN_REASONS
from bot.core.demand import CATEGORIES, FIELDS
from bot.core.roles import Right, Viewer
from bot.services.audit import Actor
from bot.services.disclosure import NotDisclosedError, OpenedContact

router = APIRouter()


def filter_of(params: Params) -> DemandFilter:
    return DemandFilter(
        state=params.text("state"),
        field=params.text("field"),
        category=params.text("category"),
        district=params.text("district"),
        station=params.text("station"),
        since=params.day("since"),
        until=params.day("until"),
        text=params.text("q"),
        overdue=params.flag("overdue"),
        queue=params.flag("queue"),
        reached=params.text("reached"),
    )


@router.get("/demands")
def index(request: Request, here: Here, viewer: DemandViewer) -> Response:
    params = Params(request.query_params)
    found = demands.search(here.db, viewer, filter_of(params), here.now(), page=params.page(), sort=params.text("sort"))
    return here.pages.show(
        request,
        "demands.html",
        found=found,
        fields=FIELDS,
        categories=CATEGORIES,
        districts=here.districts(),
    )


@router.get("/demands/{demand_no}")
def detail(request: Request, here: Here, viewer: DemandViewer, demand_no: str) -> Response:
    return show(request, here, viewer, found_or_404(here, viewer, demand_no))


@router.post("/demands/{demand_no}/contact")
def open_contact(
    request: Request,
    here: Here,
    viewer: ContactOpener,
    demand_no: str,
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Shows the contact in this one answer; the opening is on record."""
    found = found_or_404(here, viewer, demand_no)
    station = found.record["station_id"] if viewer.needs_share_consent else None
    try:
        contact = here.disclosure.open(Actor.staff(viewer), demand_no, reason, station_id=station)
    except NotDisclosedError as error:
        return show(request, here, viewer, found, refusal=error.code, status=400)
    return show(request, here, viewer, found, contact=contact)


@router.post("/demands/export")
def export(
    here: Here,
    viewer: Exporter,
    form: Annotated[str, Form(pattern="^(xlsx|csv|jsonl)$")] = "xlsx",
) -> Response:
    """All demands as a file, contacts masked."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"demands-{here.services.today():%Y%m%d}.{form}"
    here.export.write(path, contacts=False, actor=Actor.staff(viewer))
    return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))


def found_or_404(here: Context, viewer: Viewer, demand_no: str) -> DemandDetail:
    found = demand_detail.detail(here.db, viewer, demand_no, here.now())
    if found is None:
        raise HTTPException(404)
    return found


def show(
    request: Request,
    here: Context,
    viewer: Viewer,
    found: DemandDetail,
    *,
    contact: OpenedContact | None = None,
    refusal: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    choices = stations.names(here.db) if viewer.may(Right.ROUTE) else []
    number, params = found.record["demand_no"], Params(request.query_params)
    colleagues, others = liaison_link.targets(here.db, number) if viewer.may(Right.HANDLE) else ([], [])
    return here.pages.show(
        request,
        "demand.html",
        status=status,
        found=found,
        record=found.record,
        contact=contact,
        refusal=refusal,
        problem=problem,
        done=params.text("done"),
        handled=params.text("handled"),
        outcomes=OUTCOMES,
        return_reasons=RETURN_REASONS,
        stations=choices,
        can=Possible.of(found),
        acts=LiaisonPossible.of(found),
        base=f"/demands/{number}/station",
        colleagues=colleagues,
        others=others,
        proposals=proposals(here, found.record["demand_no"]),
    )
