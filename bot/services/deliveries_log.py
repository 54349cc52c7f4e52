"""The outbox as the worker sees it: claim what is due, write down what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.services import process
from bot.services.conversations import ConversationLog
from models import AuditEntry, Database, Notice, Session
from models.repositories import notices as rows


@dataclass(frozen=True)
class Leased:
    """A notice that this worker may deliver now."""

    id: int
    kind: str
    channel: str
    recipient: str
    text: str = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    dedupe_key: str
    attempts: int
    demand_no: str | None


class DeliveryLog:
    """Claims and settles notices for one worker."""

    def __init__(
        self, db: Database, clock: Callable[[], datetime], conversations: ConversationLog, owner: str | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._conversations = conversations
        self._owner = owner or process.name()

    def claim(self, channels: Sequence[str], lease: timedelta, limit: int) -> list[Leased]:
        """Leases what is due, at most one notice a recipient; reading first spares the lock when nothing is."""
        now = self._clock()
        with self._db.read() as session:
            if not rows.any_due(session, channels, now):
                return []
        with self._db.begin() as session:
            return [_leased(row) for row in rows.claim(session, channels, self._owner, now, lease, limit)]

    def delivered(self, notice: Leased, remember: dict[str, Any]) -> None:
        """Also into the transcript and the choices on offer, when it went to a person in WeChat."""
        with self._db.begin() as session:
            values = {"state": "delivered", "delivered_at": self._clock(), "last_error": None}
            if not rows.settle(session, notice.id, self._owner, values | _data(notice, remember)):
                return
            if notice.channel == "wechat" and notice.kind != "reply":
                choices = notice.data.get("choices", [])
                self._conversations.note_delivered_in(session, notice.recipient, notice.text, choices)

    def held(self, notice: Leased, code: str, remember: dict[str, Any]) -> None:
        """To be told at the person's next message."""
        with self._db.begin() as session:
            values = {"state": "held", "last_error": code[:200]}
            rows.settle(session, notice.id, self._owner, values | _data(notice, remember))

    def retry(self, notice: Leased, code: str, due: datetime, remember: dict[str, Any]) -> None:
        """Again at `due`."""
        with self._db.begin() as session:
            values = {"state": "pending", "available_at": due, "last_error": code[:200]}
            rows.settle(session, notice.id, self._owner, values | _data(notice, remember))

    def dead(self, notice: Leased, code: str) -> None:
        """Will not be delivered; staff see it in the audit trail and on the demand."""
        with self._db.begin() as session:
            if rows.settle(session, notice.id, self._owner, {"state": "dead", "last_error": code[:200]}):
                self._note_dead(session, notice, code)

    def _note_dead(self, session: Session, notice: Leased, code: str) -> None:
        session.add(
            AuditEntry(
                at=self._clock(),
                actor_kind="system",
                actor_name="系统",
                action="notice_dead",
                subject_kind="demand" if notice.demand_no else "notice",
                subject_id=notice.demand_no or str(notice.id),
                reason=code,
                data={"notice_id": notice.id, "channel": notice.channel, "kind": notice.kind},
            )
        )


def _leased(row: Notice) -> Leased:
    return Leased(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        recipient=row.recipient,
        text=row.text,
        data=dict(row.data),
        dedupe_key=row.dedupe_key,
        attempts=row.attempts,
        demand_no=row.demand_no,
    )


def _data(notice: Leased, remember: dict[str, Any]) -> dict[str, Any]:
    return {"data": notice.data | remember} if remember else {}
