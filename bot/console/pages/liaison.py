"""The liaison's page of one demand behind a signed address; no login."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, Here
from bot.console.pages.handling import carry_out
from bot.console.pages.possible import LiaisonPossible
from bot.console.pages.proposed import proposals
from bot.console.params import Params
from bot.console.queries import liaison_link
from bot.console.queries.liaison_link import LiaisonView
from bot.core.case import OUTCOMES, RETURN_REASONS
from bot.services import audit
from bot.services.cases import Actor, AlreadyHandled, CaseError
from bot.services.disclosure import NotDisclosedError, OpenedContact

router = APIRouter(prefix="/l/{token}")


@router.get("")
def page(request: Request, here: Here, token: str) -> Response:
    return show(request, here, _view(here, token))


@router.post("/contact")
def open_contact(request: Request, here: Here, token: str) -> Response:
    """Shows the contact in this one answer when it was shared with the station; the opening is on record."""
    view = _view(here, token)
    actor = audit.Actor("liaison", view.liaison_name, str(view.liaison_pk))
    number = view.detail.record["demand_no"]
    try:
        contact = here.disclosure.open(actor, number, here.labels("reason", "liaison_page"), station_id=view.station_id)
    except NotDisclosedError as error:
        return show(request, here, view, problem=here.labels("refusal", error.code), status=403)
    return show(request, here, view, contact=contact)


@router.post("/{deed}")
def act(
    request: Request,
    here: Here,
    token: str,
    deed: str,
    version: Annotated[int, Form(ge=1)],
    reason: Annotated[str, Form(max_length=500)] = "",
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """take, contacted, progress, note, close, return or refer; `code` is what was chosen from a list."""
    view = _view(here, token)
    try:
        actor = Actor("liaison", str(view.liaison_pk), view.liaison_name, view.liaison_pk)
        carry_out(here, view.detail.record["demand_no"], actor, deed, version, reason.strip(), code)
    except CaseError as error:
        status = 409 if isinstance(error, AlreadyHandled) else 400
        return show(request, here, _view(here, token), problem=str(error), status=status)
    return RedirectResponse(f"/l/{token}?done={deed}", 303)


def _view(here: Context, token: str) -> LiaisonView:
    """Raises LinkError."""
    return liaison_link.resolve(here.db, token, here.now())


def show(
    request: Request,
    here: Context,
    view: LiaisonView,
    *,
    contact: OpenedContact | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    return here.pages.show(
        request,
        "liaison.html",
        status=status,
        view=view,
        found=view.detail,
        record=view.detail.record,
        base=f"/l/{request.path_params['token']}",
        acts=LiaisonPossible.of(view.detail),
        colleagues=view.colleagues,
        others=view.others,
        proposals=proposals(here, view.detail.record["demand_no"]) if view.mine else [],
        return_reasons=RETURN_REASONS,
        outcomes=OUTCOMES,
        contact=contact,
        problem=problem,
        done=Params(request.query_params).text("done"),
    )
