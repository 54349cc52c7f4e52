"""Stations: list, detail, preview of routing."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from bot.console.context import Here, StationViewer
from bot.console.params import Params
from bot.console.queries import demands, stations
from bot.console.queries.demands import DemandFilter
from bot.console.queries.stations import StationFilter
from bot.core import agreement
from bot.core.roles import Right
from bot.core.station import STATUSES

router = APIRouter()


@router.get("/stations")
def index(request: Request, here: Here, viewer: StationViewer) -> Response:
    params, day = Params(request.query_params), here.services.today()
    wanted = StationFilter(
        status=params.text("status"),
        field=params.text("field"),
        district=params.text("district"),
        text=params.text("q"),
        full=params.flag("full"),
        agreement_until=agreement.told_until(day) if params.flag("ending") else None,
    )
    found = stations.search(here.db, viewer, wanted, page=params.page())
    runs = here.services.directory.runs if viewer.may(Right.DIRECTORY) else None
    return here.pages.show(
        request,
        "stations.html",
        found=found,
        statuses=STATUSES,
        fields=stations.national_fields(),
        districts=here.districts(),
        agreement=agreement,
        day=day,
        running=runs.running() if runs else None,
        undoable=runs.undoable() if runs else None,
    )


@router.get("/stations/{station_id}")
def detail(request: Request, here: Here, viewer: StationViewer, station_id: str) -> Response:
    found = stations.detail(here.db, viewer, station_id)
    if found is None:
        raise HTTPException(404)
    day = here.services.today()
    at_work = demands.search(
        here.db, viewer, DemandFilter(station=station_id), here.now(), per_page=10, sort="-updated"
    )
    return here.pages.show(
        request, "station.html", found=found, row=found.row, at_work=at_work, agreement=agreement, day=day
    )
