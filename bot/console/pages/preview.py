"""Who would get this text, and why not another station: routing without a demand."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.console.context import Context, Here, Router
from bot.console.params import clean
from bot.console.queries import stations
from bot.console.queries.stations import StationFilter, StationRow
from bot.core.demand import CATEGORIES
from bot.core.roles import Viewer
from bot.core.routing import RouteQuery
from bot.services.explaining import Explanation, Preview

router = APIRouter()
MAX_TEXT = 2000
CHOICES = 6
"""Stations to choose from when a name fits several."""


@dataclass(frozen=True)
class Asked:
    """The form as it was filled in."""

    text: str = ""
    category: str = ""
    district: str = ""
    station: str = ""
    """Id or part of a name of the station that is asked about."""

    @property
    def query(self) -> RouteQuery:
        return RouteQuery(self.text, None, self.category or None, self.district or None)


@router.get("/preview")
def form(request: Request, here: Here, viewer: Router) -> Response:
    return _show(request, here, Asked())


@router.post("/preview")
def preview(
    request: Request,
    here: Here,
    viewer: Router,
    text: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    category: Annotated[str, Form(max_length=20)] = "",
    district: Annotated[str, Form(max_length=40)] = "",
    station: Annotated[str, Form(max_length=120)] = "",
) -> Response:
    """A form and not an address: the text may name people and stays out of histories and logs."""
    asked = Asked(text.strip(), category, district, clean(station))
    if not asked.text:
        return _show(request, here, asked)
    found = _meant(here, viewer, asked.station)
    why = here.services.routing.explain(asked.query, found[0].station_id) if len(found) == 1 else None
    return _show(request, here, asked, here.services.routing.preview(asked.query), why, found)


def _meant(here: Context, viewer: Viewer, named: str) -> list[StationRow]:
    """The stations that somebody may mean; a whole id or name is enough by itself."""
    if not named:
        return []
    found = stations.search(here.db, viewer, StationFilter(text=named), per_page=CHOICES).rows
    return [one for one in found if named in (one.station_id, one.name)] or list(found)


def _show(
    request: Request,
    here: Context,
    asked: Asked,
    preview: Preview | None = None,
    why: Explanation | None = None,
    meant: list[StationRow] | None = None,
) -> Response:
    return here.pages.show(
        request,
        "preview.html",
        asked=asked,
        preview=preview,
        why=why,
        meant=meant or [],
        categories=CATEGORIES,
        districts=here.districts(),
    )
