"""Liaisons in office."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.directory import Liaison


def in_office(session: Session, recipient: str) -> Liaison | None:
    """The liaison with this number, as text; None when there is none or this person left."""
    if not recipient.isdecimal():
        return None
    found = session.get(Liaison, int(recipient))
    return found if found is not None and found.active else None


def by_telegram(session: Session, telegram_id: int) -> list[Liaison]:
    """Everybody in office with this Telegram number, with their stations."""
    query = select(Liaison).where(Liaison.telegram_id == telegram_id, Liaison.active)
    return list(session.scalars(query.options(joinedload(Liaison.station)).order_by(Liaison.id)))
