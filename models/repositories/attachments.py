"""Attachments that wait for their file."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.demands import Attachment


def pending(session: Session, limit: int) -> list[Attachment]:
    """Oldest first; WeChat drops files after three days."""
    waiting = select(Attachment).where(Attachment.state == "pending", Attachment.media_id.is_not(None))
    return list(session.scalars(waiting.order_by(Attachment.attempts, Attachment.id).limit(limit)))


def find(session: Session, number: int) -> Attachment | None:
    return session.get(Attachment, number)
