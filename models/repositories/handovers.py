"""Conversations that a person looks after."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.conversations import Conversation, Message
from models.outbox import Notice


def locked(session: Session, conversation_id: int) -> Conversation | None:
    """The conversation, kept from others until the transaction ends."""
    wanted = select(Conversation).where(Conversation.id == conversation_id)
    return session.scalars(wanted.with_for_update()).one_or_none()


def idle(session: Session, before: datetime) -> list[int]:
    """Conversations in a person's charge in which that person did nothing since `before`."""
    wanted = select(Conversation.id).where(Conversation.handoff == "active", Conversation.handoff_at < before)
    return list(session.scalars(wanted.order_by(Conversation.id)))


def waiting(session: Session) -> int:
    """How many people wait for somebody."""
    return session.scalars(
        select(func.count()).select_from(Conversation).where(Conversation.handoff == "requested")
    ).one()


def try_held_again(session: Session, sender_id: str, now: datetime) -> None:
    """The person wrote: WeChat's window is open again for what could not be pushed."""
    session.execute(
        update(Notice)
        .where(Notice.recipient == sender_id, Notice.channel == "wechat", Notice.state == "held")
        .values(state="pending", available_at=now)
    )


def last_message(session: Session, conversation_id: int) -> int:
    """Id of the newest row of a transcript."""
    wanted = select(func.max(Message.id)).where(Message.conversation_id == conversation_id)
    return session.scalars(wanted).one() or 0
