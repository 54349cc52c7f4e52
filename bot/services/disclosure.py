"""Opening a contact: only with the right, with a reason, and never without a trace (PIPL art. 23 and 56)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.case import WITH_STATION, State
from bot.services.audit import Actor, record_in
from models import Database, Demand, Session
from models.repositories import contacts, demands

TAKEN_STATES = WITH_STATION | {State.SUPPLEMENT, State.AGREED, State.UNRESOLVED, State.CLOSED}
"""States in which the station has taken the demand up."""
MIN_REASON = 2


class NotDisclosedError(Exception):
    """The contact stays closed; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """unknown, no_contact, no_consent, not_taken or reason."""


@dataclass(frozen=True)
class OpenedContact:
    """A contact in clear, for this one answer."""

    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)


class Disclosure:
    """Opens contacts of demands and records who did it, when and why."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def open(self, actor: Actor, demand_no: str, reason: str, *, station_id: str | None = None) -> OpenedContact:
        """With `station_id` only when the enterprise shared the contact with that station and it took the demand.

        Raises NotDisclosedError.
        """
        reason = reason.strip()[:200]
        if len(reason) < MIN_REASON:
            raise NotDisclosedError("reason")
        with self._db.begin() as session:
            demand = contacts.demand_with_contact(session, demand_no)
            if demand is None:
                raise NotDisclosedError("unknown")
            if station_id is not None:
                _refuse_unshared(session, demand, station_id)
            if demand.contact is None:
                raise NotDisclosedError("no_contact")
            record_in(
                session,
                self._clock(),
                actor,
                "contact_opened",
                subject=("demand", demand_no),
                reason=reason,
                data={"station_id": station_id} if station_id else {},
            )
            return OpenedContact(demand.contact.name, demand.contact.phone)

    def shared(self, demand_id: int, station_id: str) -> bool:
        """Whether the enterprise agreed to share this demand's contact with the station."""
        with self._db.read() as session:
            return demands.share_consent(session, demand_id, station_id) is not None


def _refuse_unshared(session: Session, demand: Demand, station_id: str) -> None:
    if demand.station is None or demand.station.station_id != station_id:
        raise NotDisclosedError("unknown")
    if not demands.share_consent(session, demand.id, station_id):
        raise NotDisclosedError("no_consent")
    if demand.state not in TAKEN_STATES:
        raise NotDisclosedError("not_taken")
