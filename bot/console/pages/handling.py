"""What the people of a station do with its demands, signed in to the console or over their link."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, Handler, Here
from bot.console.pages.demands import found_or_404, show
from bot.console.queries import demand_detail
from bot.core.case import State
from bot.core.roles import Role, Viewer
from bot.services.cases import Actor, AlreadyHandled, CaseError, NotAllowed

router = APIRouter(prefix="/demands/{demand_no}/station")


@router.post("/{deed}")
def act(
    request: Request,
    here: Here,
    viewer: Handler,
    demand_no: str,
    deed: str,
    version: Annotated[int, Form(ge=1)],
    reason: Annotated[str, Form(max_length=500)] = "",
    code: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """The same deeds as over the link, for an account of the station or its society, or staff in their stead."""
    found_or_404(here, viewer, demand_no)
    try:
        carry_out(here, demand_no, acting_for_station(viewer), deed, version, reason.strip(), code)
    except CaseError as error:
        status = 409 if isinstance(error, AlreadyHandled) else 403 if isinstance(error, NotAllowed) else 400
        now = found_or_404(here, viewer, demand_no)
        return show(request, here, viewer, now, problem=str(error), status=status)
    still_theirs = demand_detail.detail(here.db, viewer, demand_no, here.now()) is not None
    return RedirectResponse(f"/demands{'/' + demand_no if still_theirs else ''}?handled={deed}", 303)


def acting_for_station(viewer: Viewer) -> Actor:
    """Who is signed in, bound to the own station or society; staff act as staff."""
    if viewer.role is Role.LIAISON:
        return Actor("liaison", f"user:{viewer.username}", viewer.name, station_id=viewer.scope)
    if viewer.role is Role.SOCIETY:
        return Actor("liaison", f"user:{viewer.username}", viewer.name, society=viewer.scope)
    return Actor("staff", viewer.username, viewer.name)


def carry_out(here: Context, number: str, actor: Actor, deed: str, version: int, text: str, code: str) -> None:
    """take, contacted, progress, note, close, return or refer; `code` is what was chosen from a list.

    Raises CaseError, 404 for anything else.
    """
    cases = here.services.cases
    if deed == "take":
        cases.take(number, actor, version)
    elif deed == "contacted":
        cases.contacted(number, actor, version, text)
    elif deed == "progress" and code in (State.DIAGNOSING, State.MATCHING):
        cases.progress(number, actor, version, State(code), text)
    elif deed == "note":
        cases.note(number, actor, version, text)
    elif deed == "close":
        cases.close(number, actor, version, code, text)
    elif deed == "return":
        cases.return_(number, actor, version, code, text)
    elif deed == "refer":
        cases.refer(number, actor, version, _target(code), text or here.labels("reason", "referred"))
    else:
        raise HTTPException(404)


def _target(code: str) -> int | str:
    """A colleague's number (c:…) or a station's id (s:…). Raises 404 for anything else."""
    kind, _, rest = code.partition(":")
    if kind == "c" and rest.isascii() and rest.isdigit() and len(rest) < 10:
        return int(rest)
    if kind == "s" and rest:
        return rest
    raise HTTPException(404)
