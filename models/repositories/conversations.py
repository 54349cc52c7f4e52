"""Conversations and their messages: the hot path of every turn, and forgetting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from models.conversations import Conversation, Message
from models.demands import Attachment
from models.outbox import Notice
from models.repositories.statements import dialect, update_by_id

_DEFAULTS: dict[str, Any] = {
    "channel": "wechat",
    "filled": [],
    "choices": [],
    "turns": 0,
    "fallbacks": 0,
    "handoff": "none",
    "subscribed": True,
}
_OPTIONAL = (
    "original",
    "inbox_id",
    "intent",
    "confidence",
    "ranking",
    "entities",
    "open_question",
    "latency_ms",
    "events",
)
_TALK = cast(Table, Conversation.__table__)
_NOTICE = cast(Table, Notice.__table__)


def _of_sender(*names: str) -> Select[Any]:
    return select(*(_TALK.c[name] for name in names)).where(_TALK.c.sender_id == bindparam("sender"))


_STANDING = _of_sender("open_question", "choices", "choices_until", "handoff", "handoff_at")
_REVISION = _of_sender("started_at", "turns")
_LOCKED = _of_sender("id", "started_at", "turns", "fallbacks", "min_confidence", "open_question").with_for_update()
_HELD = (
    select(_NOTICE.c.id)
    .where(_NOTICE.c.recipient == bindparam("sender"), _NOTICE.c.channel == "wechat", _NOTICE.c.state == "held")
    .order_by(_NOTICE.c.id)
    .with_for_update()
)
_ADD_MESSAGES = insert(cast(Table, Message.__table__))


def standing(session: Session, sender_id: str) -> Row[Any] | None:
    """(open_question, choices, choices_until, handoff, handoff_at); None for an unknown person."""
    return session.connection().execute(_STANDING, {"sender": sender_id}).first()


def revision(session: Session, sender_id: str) -> Row[Any] | None:
    """(started_at, turns)."""
    return session.connection().execute(_REVISION, {"sender": sender_id}).first()


def locked(session: Session, sender_id: str) -> Any:
    """What recording a turn needs of the conversation, kept from others until the transaction ends."""
    return session.connection().execute(_LOCKED, {"sender": sender_id}).first()


def ensure(session: Session, sender_id: str, now: datetime) -> int:
    """The id of the conversation, begun when it is new."""
    upsert: Any = insert_sqlite if dialect(session) == "sqlite" else insert_postgresql
    statement = (
        upsert(Conversation)
        .values(**_DEFAULTS, sender_id=sender_id, started_at=now, last_at=now)
        .on_conflict_do_nothing(index_elements=["sender_id"])
    )
    session.execute(statement)
    return session.execute(select(Conversation.id).where(Conversation.sender_id == sender_id)).scalar_one()


def change(session: Session, conversation_id: int, **values: Any) -> None:
    statement = update_by_id(Conversation, tuple(values))
    session.connection().execute(statement, {"row_id": conversation_id, **values})


def add_messages(session: Session, messages: Sequence[Mapping[str, Any]]) -> None:
    """All rows in one insert; keys that are missing are empty."""
    rows = [{"snapshot": False, **dict.fromkeys(_OPTIONAL), **message} for message in messages]
    if rows:
        session.connection().execute(_ADD_MESSAGES, rows)


def events(session: Session, sender_id: str) -> list[Any] | None:
    """The event lists of the turns from the last snapshot on; None for an unknown person."""
    number = session.execute(select(Conversation.id).where(Conversation.sender_id == sender_id)).scalar()
    if number is None:
        return None
    last = (
        select(Message.id)
        .where(Message.conversation_id == number, Message.snapshot)
        .order_by(Message.id.desc())
        .limit(1)
    )
    first = session.execute(last).scalar() or 0
    statement = (
        select(Message.events)
        .where(Message.conversation_id == number, Message.id >= first, Message.events.is_not(None))
        .order_by(Message.id)
    )
    return list(session.scalars(statement))


def held_notices(session: Session, sender_id: str) -> list[Notice]:
    """Notices that could not be pushed to this person, oldest first."""
    found = session.connection().execute(_HELD, {"sender": sender_id}).scalars().all()
    if not found:
        return []
    return list(session.scalars(select(Notice).where(Notice.id.in_(found)).order_by(Notice.id)))


def delivered_notices(session: Session, sender_id: str, limit: int = 50) -> list[Notice]:
    """The latest notices that were handed to WeChat for this person."""
    statement = (
        select(Notice)
        .where(Notice.recipient == sender_id, Notice.channel == "wechat", Notice.state == "delivered")
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def forget(session: Session, sender_id: str) -> list[str]:
    """Delete the conversation and what was sent outside of demands; paths of files that are now nobody's."""
    number = session.execute(select(Conversation.id).where(Conversation.sender_id == sender_id)).scalar()
    if number is not None:
        session.execute(delete(Message).where(Message.conversation_id == number))
        session.execute(delete(Conversation).where(Conversation.id == number))
    loose = delete(Attachment).where(Attachment.sender_id == sender_id, Attachment.demand_id.is_(None))
    return [path for path in session.scalars(loose.returning(Attachment.path)) if path]


def pending_attachments(session: Session, limit: int) -> list[Attachment]:
    """Attachments whose file is still with WeChat: least often tried first, then oldest."""
    pending = select(Attachment).where(Attachment.state == "pending")
    statement = pending.order_by(Attachment.attempts, Attachment.id).limit(limit)
    return list(session.scalars(statement))


def known_files(session: Session) -> set[str]:
    """Paths that attachments name."""
    statement = select(Attachment.path).where(Attachment.path.is_not(None))
    return {path for path in session.scalars(statement) if path}
