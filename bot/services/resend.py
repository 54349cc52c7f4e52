"""Sending a notice again that could not be delivered."""

from collections.abc import Callable
from datetime import datetime

from bot.services.audit import Actor, record_in
from models import Database
from models.repositories import notices


class Resend:
    """Puts dead notices back into the outbox."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def again(self, actor: Actor, demand_no: str, notice_id: int) -> bool:
        """False when there is no dead notice of this number with the demand."""
        now = self._clock()
        with self._db.begin() as session:
            notice = notices.find(session, notice_id)
            if notice is None or notice.demand_no != demand_no or notice.state != "dead":
                return False
            notice.state, notice.attempts, notice.available_at, notice.last_error = "pending", 0, now, None
            record_in(
                session,
                now,
                actor,
                "notice_resent",
                subject=("demand", demand_no),
                data={"notice": notice_id, "channel": notice.channel},
            )
            return True
