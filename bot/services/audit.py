"""The audit trail: who did or saw what, written in the transaction of the deed itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.roles import Viewer
from models import AuditEntry, Database, Session


@dataclass(frozen=True)
class Actor:
    """Who does something, as the audit trail and the case history name them."""

    kind: str
    """staff, liaison, enterprise or system."""
    name: str
    id: str | None = None

    @classmethod
    def staff(cls, viewer: Viewer) -> "Actor":
        return cls("staff", viewer.name, viewer.username)


SYSTEM = Actor("system", "系统")


def record_in(
    session: Session,
    at: datetime,
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, str] | None = None,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Adds one entry; `subject` is (kind, id), `data` holds no personal data."""
    session.add(
        AuditEntry(
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject_kind=subject[0] if subject else None,
            subject_id=subject[1] if subject else None,
            reason=reason,
            data=data or {},
        )
    )


class AuditLog:
    """Entries for deeds that change nothing else."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def record(self, actor: Actor, action: str, subject: tuple[str, str], data: dict[str, Any] | None = None) -> None:
        with self._db.begin() as session:
            record_in(session, self._clock(), actor, action, subject=subject, data=data)
