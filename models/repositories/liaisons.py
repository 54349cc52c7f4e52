"""Liaisons in office."""

from sqlalchemy.orm import Session

from models.directory import Liaison


def in_office(session: Session, recipient: str) -> Liaison | None:
    """The liaison with this number, as text; None when there is none or this person left."""
    if not recipient.isdecimal():
        return None
    found = session.get(Liaison, int(recipient))
    return found if found is not None and found.active else None
