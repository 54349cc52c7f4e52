"""The first page: today's figures."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Here, SignedIn
from bot.console.queries import demands, figures
from bot.console.queries.demands import DemandFilter
from bot.core import agreement
from bot.core.roles import Right

router = APIRouter()


@router.get("/")
def overview(request: Request, here: Here, viewer: SignedIn) -> Response:
    if not viewer.may(Right.STATS):
        return RedirectResponse("/audit", 303)
    now, day = here.now(), here.services.today()
    return here.pages.show(
        request,
        "overview.html",
        day=day,
        agreement_days=agreement.settings()["agreement_ends_within_days"],
        today=figures.today(here.db, viewer, day, now),
        stats=figures.stats(here.db, viewer, None, None, now),
        overdue=demands.search(here.db, viewer, DemandFilter(overdue=True), now, per_page=5, sort="due"),
        newest=demands.search(here.db, viewer, DemandFilter(), now, per_page=8),
    )
