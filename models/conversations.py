"""Conversations, their messages, and the durable inbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedJson, EncryptedText, Json, UtcDateTime


class Conversation(Base):
    """All that was said between one person and the official account."""

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(12), default="wechat")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_user_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    open_question: Mapped[str | None] = mapped_column(String(24), index=True)
    """Key of the question that waits for an answer."""
    filled: Mapped[list[str]] = mapped_column(Json, default=list)
    """Keys of the demand fields that are known, without their values."""
    choices: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """The numbered list on offer: [{title, payload}]."""
    choices_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turns: Mapped[int] = mapped_column(default=0)
    fallbacks: Mapped[int] = mapped_column(default=0)
    min_confidence: Mapped[float | None]
    handoff: Mapped[str] = mapped_column(String(12), default="none")
    """none, requested or active."""
    handoff_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was asked for, or when the person in charge last did something."""
    handoff_by: Mapped[str | None] = mapped_column(String(60))
    """Account of the person in charge."""
    handoff_name: Mapped[str | None] = mapped_column(String(60))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    subscribed: Mapped[bool] = mapped_column(default=True)

    messages: Mapped[list["Message"]] = relationship(back_populates="conversation", order_by="Message.id")


class Message(Base):
    """One bubble. A turn is one user row and the bot rows after it, written in one insert."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(8))
    """user, bot, staff or notice."""
    author_name: Mapped[str | None] = mapped_column(String(60))
    """Of staff."""
    text: Mapped[str] = mapped_column(Text)
    """With contact data masked."""
    original: Mapped[str | None] = mapped_column(EncryptedText)
    """As it was written, when masking changed it."""
    inbox_id: Mapped[int | None] = mapped_column(index=True)
    intent: Mapped[str | None] = mapped_column(String(24), index=True)
    confidence: Mapped[float | None]
    ranking: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    """The likeliest readings: [{name, confidence}]."""
    entities: Mapped[Any] = mapped_column(EncryptedJson, nullable=True)
    """Values taken: [{entity, value, start, end}]."""
    open_question: Mapped[str | None] = mapped_column(String(24))
    """The question that was open when this was written."""
    latency_ms: Mapped[int | None]
    events: Mapped[Any] = mapped_column(EncryptedJson, nullable=True, deferred=True)
    """Rasa's events of this turn, on the user's row."""
    snapshot: Mapped[bool] = mapped_column(default=False)
    """True when `events` stands for all that came before, too."""

    conversation: Mapped[Conversation] = relationship(back_populates="messages")


class InboxMessage(Base):
    """A push from WeChat, stored before it is answered."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_state", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unique_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Digest of (ToUserName, FromUserName, MsgId, CreateTime), or of an event's own identity."""
    sender_id: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    """text, image, voice, video, location, link, event:subscribe …"""
    payload: Mapped[Any] = mapped_column(EncryptedJson, nullable=True)
    """What the turn needs of the push; emptied when the retention period ends."""
    state: Mapped[str] = mapped_column(String(12), default="received")
    """received, done (reply ready), answered (written to the socket, or not needed), pushed or failed."""
    reply: Mapped[str | None] = mapped_column(EncryptedText)
    """What the user is answered; empty text means nothing to say."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a turn was started for it."""
    apologised: Mapped[bool] = mapped_column(default=False)
    push: Mapped[bool] = mapped_column(default=False)
    """Nobody waits for the answer any more: it has to be pushed."""
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    """The process that works on it."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReplayGuard(Base):
    """A signature that was seen within the freshness window; the same request is not taken twice."""

    __tablename__ = "replay_guard"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
