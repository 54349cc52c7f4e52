"""Undoing the last import of the directory: what goes back, the confirmation, the result."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, DirectoryKeeper, Here
from bot.services.audit import Actor
from bot.services.directory_undo import UndoError, UndoPlan

router = APIRouter(prefix="/stations/import/undo")
SHOWN = 200
"""Of a long list of stations; the count says how many there are."""


@router.get("")
def plan(request: Request, here: Here, viewer: DirectoryKeeper) -> Response:
    """What an undo would do; nothing is written yet."""
    try:
        return _show(request, here, here.undo.plan())
    except UndoError as error:
        return _show(request, here, None, refusal=str(error))


@router.post("")
def undo(
    request: Request, here: Here, viewer: DirectoryKeeper, run: Annotated[int, Form(ge=1, le=2**31 - 1)]
) -> Response:
    """Undoes the import that was shown, and no other."""
    try:
        done = here.undo.carry_out(run, Actor.staff(viewer))
    except UndoError as error:
        return _show(request, here, None, refusal=str(error), status=409)
    if done.obstacles:
        return _show(request, here, done, status=409)
    return RedirectResponse(f"/stations/import/{run}", 303)


def _show(request: Request, here: Context, found: UndoPlan | None, *, refusal: str = "", status: int = 200) -> Response:
    return here.pages.show(request, "import_undo.html", status=status, plan=found, refusal=refusal, shown=SHOWN)
