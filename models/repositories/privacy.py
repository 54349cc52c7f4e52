"""Everything that is kept about one person, and what has been kept long enough."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, exists, select, update
from sqlalchemy.orm import Session

from models.conversations import Conversation, InboxMessage, Message
from models.demands import ActionToken, Demand
from models.outbox import Notice
from models.parties import Consent, Contact
from models.staff import LoginSession


def contacts(session: Session, sender_id: str) -> list[Contact]:
    return list(session.scalars(select(Contact).where(Contact.sender_id == sender_id).order_by(Contact.id)))


def consents(session: Session, sender_id: str) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.sender_id == sender_id).order_by(Consent.id)))


def messages(session: Session, sender_id: str) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.sender_id == sender_id)
            .order_by(Message.id)
        )
    )


def idle_senders(session: Session, before: datetime) -> list[str]:
    """People without a demand who have not written since."""
    return list(
        session.scalars(
            select(Conversation.sender_id).where(
                Conversation.last_at < before,
                ~exists().where(Demand.sender_id == Conversation.sender_id),
            )
        )
    )


def senders_done(session: Session, before: datetime, over: list[str]) -> list[str]:
    """People all of whose demands have been over since."""
    open_or_late = (
        exists()
        .where(Demand.sender_id == Contact.sender_id)
        .where(~Demand.state.in_(over) | (Demand.updated_at >= before))
    )
    query = select(Contact.sender_id).where(Contact.sender_id.is_not(None), Contact.updated_at < before, ~open_or_late)
    return [sender for sender in session.scalars(query.distinct()) if sender]


def drop_finished_pushes(session: Session, before: datetime) -> int:
    return _count(
        session, delete(InboxMessage).where(InboxMessage.state != "received", InboxMessage.received_at < before)
    )


def drop_old_notices(session: Session, before: datetime) -> int:
    settled = ("delivered", "dead", "cancelled")
    return _count(session, delete(Notice).where(Notice.state.in_(settled), Notice.created_at < before))


def drop_expired_grants(session: Session, now: datetime) -> int:
    """Tokens and sign-ins that are over."""
    gone = _count(session, delete(ActionToken).where(ActionToken.expires_at < now))
    return gone + _count(session, delete(LoginSession).where(LoginSession.expires_at < now))


def drop_originals(session: Session, before: datetime) -> int:
    """What people wrote, unmasked, in conversations that ended long ago; the masked transcript stays."""
    old = select(Conversation.id).where(Conversation.last_at < before)
    return _count(
        session,
        update(Message)
        .where(Message.conversation_id.in_(old), Message.original.is_not(None))
        .values(original=None, entities=None),
    )


def _count(session: Session, statement: Delete | Update) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def any_contact(session: Session) -> Contact | None:
    """The latest contact, decrypted; UndecryptableError when its key is gone."""
    return session.scalars(select(Contact).order_by(Contact.id.desc()).limit(1)).first()
