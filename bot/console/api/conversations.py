"""Conversations in the JSON interface."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from bot.console.api.access import calling
from bot.console.api.errors import ApiError, responses
from bot.console.api.shapes import (
    DEFAULT_PER_PAGE,
    FIRST_PAGE,
    Listed,
    PageNumber,
    PerPage,
    Since,
    Text,
    Until,
    listed,
)
from bot.console.context import Here
from bot.console.queries import conversations
from bot.console.queries.conversations import ConversationFilter
from bot.core.roles import Right, Viewer

router = APIRouter(prefix="/conversations", tags=["conversations"])
Caller = Annotated[Viewer, Depends(calling(Right.CONVERSATIONS))]


class ConversationOut(BaseModel):
    id: int
    label: str = Field(description="openid 的末四位")
    channel: str
    started_at: datetime
    last_at: datetime
    turns: int
    fallbacks: int
    min_confidence: float | None
    open_question: str | None
    handoff: str
    reviewed: bool
    last_text: str


class ReadingOut(BaseModel):
    name: str
    confidence: float


class ValueOut(BaseModel):
    entity: str
    value: Any = None


class MessageOut(BaseModel):
    id: int
    at: datetime
    author: str
    text: str = Field(description="联系方式已掩码")
    intent: str | None
    confidence: float | None
    ranking: list[ReadingOut]
    values: list[ValueOut]
    open_question: str | None
    latency_ms: int | None


class RaisedOut(BaseModel):
    demand_no: str
    title: str
    state: str


class TranscriptOut(BaseModel):
    conversation: ConversationOut
    filled: list[str]
    subscribed: bool
    messages: list[MessageOut]
    demands: list[RaisedOut]


@router.get("", response_model=Listed[ConversationOut], responses=responses(422))
def index(
    here: Here,
    viewer: Caller,
    intent: Text = "",
    question: Text = "",
    q: Text = "",
    since: Since = None,
    until: Until = None,
    low_confidence: bool = False,
    fallback: bool = False,
    handoff: bool = False,
    reviewed: Literal["", "yes", "no"] = "",
    page: PageNumber = FIRST_PAGE,
    per_page: PerPage = DEFAULT_PER_PAGE,
) -> Any:
    """The latest first."""
    wanted = ConversationFilter(since, until, intent, question, low_confidence, fallback, handoff, reviewed, q)
    found = conversations.search(here.db, wanted, page=page, per_page=per_page)
    return listed(found, [vars(row) for row in found.rows])


@router.get("/{conversation_id}", response_model=TranscriptOut, responses=responses(404, 422))
def one(here: Here, viewer: Caller, conversation_id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Any:
    found = conversations.transcript(here.db, conversation_id)
    if found is None:
        raise ApiError(404, "not_found")
    raised = [{"demand_no": no, "title": title, "state": state} for no, title, state in found.demands]
    return {
        "conversation": vars(found.conversation),
        "filled": found.filled,
        "subscribed": found.subscribed,
        "messages": [vars(message) for message in found.messages],
        "demands": raised,
    }
