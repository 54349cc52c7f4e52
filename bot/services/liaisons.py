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

    def names_of(self, telegram_id: int) -> list[tuple[str, str]]:
        """(station, name) of the liaisons with this Telegram number."""
        with self._db.read() as session:
            return [(one.station.name, one.name) for one in liaisons.by_telegram(session, telegram_id)]
