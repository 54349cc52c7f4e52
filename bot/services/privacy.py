"""A person's rights over their data, and the periods after which it goes (PIPL art. 19, 44–47)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.case import OVER
from bot.services.intake import IntakeService
from models import Database
from models.repositories import directory_imports
from models.repositories import intake as stored_intake
from models.repositories import privacy as stored


@dataclass(frozen=True)
class Periods:
    """How long each kind is kept."""

    idle_conversation: timedelta = timedelta(days=30)
    """Of people who never submitted anything; a draft is part of it."""
    after_closing: timedelta = timedelta(days=730)
    push: timedelta = timedelta(days=7)
    notice: timedelta = timedelta(days=180)
    transcript_original: timedelta = timedelta(days=365)
    directory_import: timedelta = timedelta(days=30)
    """What an import of the directory replaced (liaisons with it) can be put back so long."""


class PrivacyService:
    """What is kept about a person: told, erased, dropped in time."""

    def __init__(
        self, db: Database, clock: Callable[[], datetime], intake: IntakeService, periods: Periods | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._intake = intake
        self._periods = periods or Periods()

    def export(self, sender_id: str) -> dict[str, Any]:
        """Everything about the person in JSON-able form, unmasked: it is theirs."""
        with self._db.read() as session:
            demands = stored_intake.demands_of_sender(session, sender_id)
            return {
                "sender_id": sender_id,
                "contacts": [{"name": one.name, "phone": one.phone} for one in stored.contacts(session, sender_id)],
                "consents": [
                    {"kind": one.kind, "given": one.given, "notice": one.notice_version, "at": one.at.isoformat()}
                    | {"station_id": one.station_id, "withdrawn_at": _iso(one.withdrawn_at)}
                    for one in stored.consents(session, sender_id)
                ],
                "demands": [
                    {"demand_no": one.demand_no, "title": one.title, "problem": one.problem, "state": one.state}
                    for one in demands
                ],
                "messages": [
                    {"at": one.at.isoformat(), "author": one.author, "text": one.original or one.text}
                    for one in stored.messages(session, sender_id)
                ],
            }

    def erase(self, sender_id: str) -> list[str]:
        """Deletes the person; the numbers of demands that stay without identity."""
        return self._intake.erase(sender_id)

    def run_retention(self) -> dict[str, int]:
        """Drops what has been kept long enough; how much of each kind."""
        now, periods = self._clock(), self._periods
        with self._db.read() as session:
            idle = stored.idle_senders(session, now - periods.idle_conversation)
            done = stored.senders_done(session, now - periods.after_closing, sorted(OVER))
        for sender_id in {*idle, *done}:
            self._intake.erase(sender_id)
        with self._db.begin() as session:
            return {
                "people": len({*idle, *done}),
                "pushes": stored.drop_finished_pushes(session, now - periods.push),
                "notices": stored.drop_old_notices(session, now - periods.notice),
                "grants": stored.drop_expired_grants(session, now),
                "imports": directory_imports.drop_old(session, now - periods.directory_import),
                "originals": stored.drop_originals(session, now - periods.transcript_original),
            }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
