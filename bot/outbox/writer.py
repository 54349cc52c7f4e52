"""Writing a notice in the transaction of the change it tells of."""

from datetime import datetime
from typing import Any

from models import Session
from models.repositories import notices


def write(
    session: Session,
    *,
    kind: str,
    channel: str,
    recipient: str,
    text: str,
    dedupe_key: str,
    now: datetime,
    demand_no: str | None = None,
    data: dict[str, Any] | None = None,
    available_at: datetime | None = None,
) -> bool:
    """Queues a notice; False when one with this key was written before."""
    return notices.add(
        session,
        {
            "kind": kind,
            "channel": channel,
            "recipient": recipient,
            "text": text,
            "dedupe_key": dedupe_key,
            "created_at": now,
            "available_at": available_at or now,
            "demand_no": demand_no,
            "data": data or {},
        },
    )
