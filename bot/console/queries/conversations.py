"""Conversations: the list with its filters, and transcripts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from bot.console.queries.paging import PER_PAGE, Page, portion, total
from bot.console.queries.period import end_of, start_of
from bot.core.masking import mask_name, mask_phone
from bot.services.handover import notice_key
from models import Conversation, Database, Demand, Message, Notice

LOW_CONFIDENCE = 0.6


@dataclass(frozen=True)
class ConversationFilter:
    """What the list is narrowed to; empty texts and False do not narrow."""

    since: date | None = None
    until: date | None = None
    intent: str = ""
    question: str = ""
    low_confidence: bool = False
    fallback: bool = False
    handoff: bool = False
    reviewed: str = ""
    """yes, no or empty."""
    text: str = ""


@dataclass(frozen=True)
class ConversationRow:
    """One line of the list; times in UTC."""

    id: int
    label: str
    """Tells conversations apart without naming the person."""
    channel: str
    started_at: datetime
    last_at: datetime
    turns: int
    fallbacks: int
    min_confidence: float | None
    open_question: str | None
    handoff: str
    handoff_by: str | None
    handoff_name: str | None
    handoff_at: datetime | None
    reviewed: bool
    last_text: str


@dataclass(frozen=True)
class MessageView:
    """One bubble with what was understood; contact data masked."""

    id: int
    at: datetime
    author: str
    author_name: str | None
    text: str
    intent: str | None
    confidence: float | None
    ranking: list[dict[str, Any]]
    values: list[dict[str, Any]]
    open_question: str | None
    latency_ms: int | None
    delivery: str | None = None
    """State of the notice that carries what staff wrote."""


@dataclass(frozen=True)
class Transcript:
    conversation: ConversationRow
    filled: list[str]
    choices: list[dict[str, Any]]
    subscribed: bool
    messages: list[MessageView]
    demands: list[tuple[str, str, str]]
    """(number, title, state) of the person's demands."""


def search(
    db: Database, wanted: ConversationFilter, *, page: int = 1, per_page: int = PER_PAGE
) -> Page[ConversationRow]:
    """Newest first."""
    query = _narrowed(wanted)
    with db.read() as session:
        newest = query.order_by(Conversation.last_at.desc(), Conversation.id.desc())
        found = session.scalars(portion(newest, page, per_page)).all()
        texts = _last_texts(session, [row.id for row in found])
        rows = [_row(row, texts.get(row.id, "")) for row in found]
        return Page(rows, total(session, query), page, per_page)


def transcript(db: Database, conversation_id: int) -> Transcript | None:
    with db.read() as session:
        row = session.get(Conversation, conversation_id)
        if row is None:
            return None
        messages = session.scalars(select(Message).where(Message.conversation_id == row.id).order_by(Message.id)).all()
        states = _deliveries(session, [one.id for one in messages if one.author == "staff"])
        raised = session.execute(
            select(Demand.demand_no, Demand.title, Demand.state)
            .where(Demand.sender_id == row.sender_id)
            .order_by(Demand.id)
        )
        return Transcript(
            conversation=_row(row, ""),
            filled=list(row.filled),
            choices=list(row.choices),
            subscribed=row.subscribed,
            messages=[_message(message, states.get(message.id)) for message in messages],
            demands=[(no, title, state) for no, title, state in raised],
        )


def is_reviewed() -> ColumnElement[bool]:
    """A condition on Conversation: nothing was said since it was reviewed."""
    return Conversation.reviewed_at.is_not(None) & (Conversation.reviewed_at >= Conversation.last_at)


def _narrowed(wanted: ConversationFilter) -> Select[Conversation]:
    query = select(Conversation)
    if wanted.since:
        query = query.where(Conversation.last_at >= start_of(wanted.since))
    if wanted.until:
        query = query.where(Conversation.started_at < end_of(wanted.until))
    if wanted.question:
        query = query.where(Conversation.open_question == wanted.question)
    if wanted.low_confidence:
        query = query.where(Conversation.min_confidence < LOW_CONFIDENCE)
    if wanted.fallback:
        query = query.where(Conversation.fallbacks > 0)
    if wanted.handoff:
        query = query.where(Conversation.handoff != "none")
    if wanted.reviewed:
        query = query.where(is_reviewed() if wanted.reviewed == "yes" else ~is_reviewed_or_false())
    said = select(Message.conversation_id)
    if wanted.intent:
        query = query.where(Conversation.id.in_(said.where(Message.intent == wanted.intent)))
    if wanted.text:
        mentions = Message.text.icontains(wanted.text, autoescape=True)
        query = query.where(Conversation.id.in_(said.where(mentions)))
    return query


def is_reviewed_or_false() -> ColumnElement[bool]:
    """`is_reviewed` that is never unknown, so that it can be negated."""
    return Conversation.id.in_(select(Conversation.id).where(is_reviewed()))


def _last_texts(session: Session, ids: list[int]) -> dict[int, str]:
    """The last thing each person wrote."""
    if not ids:
        return {}
    query = (
        select(Message.conversation_id, Message.text)
        .where(Message.conversation_id.in_(ids), Message.author == "user")
        .order_by(Message.id)
    )
    return dict(session.execute(query).all())


def _row(row: Conversation, last_text: str) -> ConversationRow:
    return ConversationRow(
        id=row.id,
        label=label(row.sender_id),
        channel=row.channel,
        started_at=row.started_at,
        last_at=row.last_at,
        turns=row.turns,
        fallbacks=row.fallbacks,
        min_confidence=row.min_confidence,
        open_question=row.open_question,
        handoff=row.handoff,
        handoff_by=row.handoff_by,
        handoff_name=row.handoff_name,
        handoff_at=row.handoff_at,
        reviewed=row.reviewed_at is not None and row.reviewed_at >= row.last_at,
        last_text=last_text,
    )


def label(sender_id: str) -> str:
    """The last four characters of the openid."""
    return f"…{sender_id[-4:]}"


def _deliveries(session: Session, ids: list[int]) -> dict[int, str]:
    """State of the notice for each row that staff wrote."""
    keys = {notice_key(number): number for number in ids}
    found = session.execute(select(Notice.dedupe_key, Notice.state).where(Notice.dedupe_key.in_(keys)))
    return {keys[key]: state for key, state in found}


def _message(message: Message, delivery: str | None) -> MessageView:
    return MessageView(
        id=message.id,
        at=message.at,
        author=message.author,
        author_name=message.author_name,
        delivery=delivery,
        text=message.text,
        intent=message.intent,
        confidence=message.confidence,
        ranking=list(message.ranking or []),
        values=[_masked(item) for item in message.entities or []],
        open_question=message.open_question,
        latency_ms=message.latency_ms,
    )


def _masked(item: dict[str, Any]) -> dict[str, Any]:
    """One value taken, {entity, value}, with contact data masked."""
    entity, value = str(item.get("entity", "")), item.get("value")
    if entity == "phone":
        value = mask_phone(str(value))
    elif entity == "contact_name":
        value = mask_name(str(value))
    return {"entity": entity, "value": value}
