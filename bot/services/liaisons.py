"""Where liaisons can be reached."""

from models import Database
from models.repositories import liaisons


class LiaisonService:
    """`recipient` is a liaison's number as text, as notices carry it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def telegram_id(self, recipient: str) -> int | None:
        """None when this person left or has no Telegram."""
        with self._db.read() as session:
            found = liaisons.in_office(session, recipient)
            return found.telegram_id if found else None

    def wecom_key(self, recipient: str) -> str | None:
        """Key of the group robot; None when this person left or has none."""
        with self._db.read() as session:
            found = liaisons.in_office(session, recipient)
            return (found.wecom_robot or None) if found else None
