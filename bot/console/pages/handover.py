"""Taking a conversation over, answering in it, handing it back."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, Here, Reviewer
from bot.console.pages.conversations import show
from bot.console.queries import conversations
from bot.services.audit import Actor
from bot.services.handover import HandoverError

router = APIRouter(prefix="/conversations/{conversation_id}")


@router.get("/messages")
def messages(request: Request, here: Here, viewer: Reviewer, conversation_id: int) -> Response:
    """The transcript alone, for the page that follows a talk."""
    found = conversations.transcript(here.db, conversation_id)
    if found is None:
        raise HTTPException(404)
    return here.pages.show(request, "_messages.html", found=found, low=conversations.LOW_CONFIDENCE)


@router.post("/take")
def take(request: Request, here: Here, viewer: Reviewer, conversation_id: int) -> Response:
    return _done(request, here, conversation_id, lambda: here.handover.take(Actor.staff(viewer), conversation_id))


@router.post("/reply")
def reply(
    request: Request, here: Here, viewer: Reviewer, conversation_id: int, text: Annotated[str, Form()] = ""
) -> Response:
    deed = here.handover.reply
    return _done(request, here, conversation_id, lambda: deed(Actor.staff(viewer), conversation_id, text), written=text)


@router.post("/hand-back")
def hand_back(request: Request, here: Here, viewer: Reviewer, conversation_id: int) -> Response:
    deed = here.handover.hand_back
    return _done(request, here, conversation_id, lambda: deed(Actor.staff(viewer), conversation_id))


def _done(
    request: Request, here: Context, conversation_id: int, deed: Callable[[], None], written: str = ""
) -> Response:
    """Back to the page, or the page with what was wrong and what was written."""
    try:
        deed()
    except HandoverError as error:
        return show(request, here, conversation_id, problem=str(error), written=written)
    return RedirectResponse(f"/conversations/{conversation_id}#answer", 303)
