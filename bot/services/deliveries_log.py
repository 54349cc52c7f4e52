"""The outbox as the worker sees it: claim what is due, write down what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.services import audit, handover, process
from bot.services.case_access import Undelivered
from bot.services.conversations import ConversationLog
from models import Database, Notice, Session, UndecryptableError
from models.repositories import notices as rows

REPLIES = frozenset({"reply"}) | handover.KINDS
"""Kinds whose text stands in the transcript already."""
CODE_LENGTH = 200


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
    """With this one."""
    demand_no: str | None
    created_at: datetime


class DeliveryLog:
    """Claims and settles notices for one worker.

    `undeliverable` hears, in the same transaction, of every notice about a demand that is given up.
    """

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        conversations: ConversationLog,
        owner: str | None = None,
        undeliverable: Callable[[Session, Undelivered], None] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._conversations = conversations
        self._owner = owner or process.name()
        self._undeliverable = undeliverable

    def claim(self, channels: Sequence[str], lease: timedelta, limit: int) -> list[Leased]:
        """Leases what is due, at most one notice a recipient; reading first spares the lock when nothing is."""
        now = self._clock()
        with self._db.read() as session:
            dead = [owner for owner in rows.lease_owners(session) if process.is_dead(owner)]
            if not rows.due(session, channels, now, dead, 1):
                return []
        with self._db.begin() as session:
            ids = rows.due(session, channels, now, dead, limit)
            rows.lease(session, ids, self._owner, now + lease)
            found = [self._load(session, notice_id) for notice_id in ids]
            return [notice for notice in found if notice is not None]

    def delivered(self, notice: Leased, remember: dict[str, Any]) -> None:
        """Also into the transcript and the choices on offer, when it went to a person in WeChat."""
        with self._db.begin() as session:
            values = {"state": "delivered", "delivered_at": self._clock(), "last_error": None}
            if not self._settle(session, notice, values, remember):
                return
            if notice.channel == "wechat" and notice.kind not in REPLIES:
                choices = notice.data.get("choices", [])
                self._conversations.note_delivered_in(session, notice.recipient, notice.text, choices)

    def held(self, notice: Leased, code: str, remember: dict[str, Any]) -> None:
        """To be told at the person's next message."""
        with self._db.begin() as session:
            self._settle(session, notice, {"state": "held", "last_error": code[:CODE_LENGTH]}, remember)

    def retry(self, notice: Leased, code: str, due: datetime, remember: dict[str, Any], *, counts: bool = True) -> None:
        """Again at `due`; `counts` is False when the channel itself asked for patience."""
        attempts = notice.attempts if counts else notice.attempts - 1
        values = {"state": "pending", "available_at": due, "attempts": attempts, "last_error": code[:CODE_LENGTH]}
        with self._db.begin() as session:
            self._settle(session, notice, values, remember)

    def dead(self, notice: Leased, code: str) -> None:
        """Given up: staff see it in the audit trail and on the demand."""
        with self._db.begin() as session:
            if self._settle(session, notice, {"state": "dead", "last_error": code[:CODE_LENGTH]}, {}):
                self._note_dead(session, notice, code[:CODE_LENGTH])

    def release(self, notice: Leased) -> None:
        """It was not touched: whoever comes next may have it at once."""
        values = {"state": "pending", "attempts": notice.attempts - 1}
        with self._db.begin() as session:
            self._settle(session, notice, values, {})

    def _load(self, session: Session, notice_id: int) -> Leased | None:
        """None for one that cannot be read any more; it is given up so that it does not stop the others."""
        try:
            row = rows.find(session, notice_id)
        except UndecryptableError:
            values = {"state": "dead", "last_error": "undecryptable"}
            rows.settle(session, notice_id, self._owner, values)
            return None
        return _leased(row) if row is not None else None

    def _settle(self, session: Session, notice: Leased, values: dict[str, Any], remember: dict[str, Any]) -> bool:
        kept = {"data": notice.data | remember} if remember else {}
        return rows.settle(session, notice.id, self._owner, values | kept)

    def _note_dead(self, session: Session, notice: Leased, code: str) -> None:
        audit.record_in(
            session,
            self._clock(),
            audit.SYSTEM,
            "notice_dead",
            subject=("demand", notice.demand_no) if notice.demand_no else ("notice", str(notice.id)),
            reason=code,
            data={"notice_id": notice.id, "channel": notice.channel, "kind": notice.kind},
        )
        if self._undeliverable is not None and notice.demand_no is not None:
            lost = Undelivered(notice.channel, notice.recipient, notice.kind, code, notice.demand_no)
            self._undeliverable(session, lost)


def _leased(row: Notice) -> Leased:
    return Leased(
        row.id,
        row.kind,
        row.channel,
        row.recipient,
        row.text,
        dict(row.data),
        row.dedupe_key,
        row.attempts,
        row.demand_no,
        row.created_at,
    )
