"""Who would get this text: routing without a demand."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.console.context import Here, Router
from bot.core.demand import CATEGORIES
from bot.core.routing import RouteQuery

router = APIRouter()
MAX_TEXT = 2000


@router.get("/preview")
def form(request: Request, here: Here, viewer: Router) -> Response:
    given = {"text": "", "category": "", "district": ""}
    return _show(request, here, given, None)


@router.post("/preview")
def preview(
    request: Request,
    here: Here,
    viewer: Router,
    text: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    category: Annotated[str, Form(max_length=20)] = "",
    district: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """A form and not an address: the text may name people and stays out of histories and logs."""
    given = {"text": text.strip(), "category": category, "district": district}
    if not given["text"]:
        return _show(request, here, given, None)
    query = RouteQuery(text=given["text"], title=None, category=category or None, district=district or None)
    return _show(request, here, given, here.services.routing.route(query))


def _show(request: Request, here: Here, given: dict[str, str], routed: object) -> Response:
    return here.pages.show(
        request,
        "preview.html",
        given=given,
        routed=routed,
        categories=CATEGORIES,
        districts=here.districts(),
    )
