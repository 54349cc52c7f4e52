"""Conversations: list, transcript, marking as reviewed."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, Here, Reviewer
from bot.console.params import Params
from bot.console.queries import conversations
from bot.console.queries.conversations import ConversationFilter
from bot.services.audit import Actor
from bot.services.handover import LONGEST, at_work

router = APIRouter()


@router.get("/conversations")
def index(request: Request, here: Here, viewer: Reviewer) -> Response:
    params = Params(request.query_params)
    wanted = ConversationFilter(
        since=params.day("since"),
        until=params.day("until"),
        intent=params.text("intent"),
        question=params.text("question"),
        low_confidence=params.flag("low"),
        fallback=params.flag("fallback"),
        handoff=params.flag("handoff"),
        reviewed=params.text("reviewed"),
        text=params.text("q"),
    )
    found = conversations.search(here.db, wanted, page=params.page())
    return here.pages.show(request, "conversations.html", found=found, low=conversations.LOW_CONFIDENCE)


@router.get("/conversations/{conversation_id}")
def transcript(request: Request, here: Here, viewer: Reviewer, conversation_id: int) -> Response:
    return show(request, here, conversation_id)


def show(request: Request, here: Context, conversation_id: int, problem: str = "", written: str = "") -> Response:
    """The transcript; with `problem` what could not be done, and what staff had written."""
    found = conversations.transcript(here.db, conversation_id)
    if found is None:
        raise HTTPException(404)
    return here.pages.show(
        request,
        "conversation.html",
        status=409 if problem else 200,
        found=found,
        talk=found.conversation,
        low=conversations.LOW_CONFIDENCE,
        problem=problem,
        written=written,
        longest=LONGEST,
        at_work=at_work(here.now()),
    )


@router.post("/conversations/{conversation_id}/reviewed")
def mark_reviewed(here: Here, viewer: Reviewer, conversation_id: int) -> Response:
    if conversations.transcript(here.db, conversation_id) is None:
        raise HTTPException(404)
    here.review.mark(Actor.staff(viewer), conversation_id)
    return RedirectResponse(f"/conversations/{conversation_id}", 303)
