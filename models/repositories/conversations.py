"""Conversations and their messages: the hot path of every turn, and forgetting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from models.conversations import Conversation, Message
from models.demands import Attachment
from models.outbox import Notice
from models.prepared import Connected, Prepared
from models.repositories.statements import dialect, insert_new, update_by_id

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
    "author_name",
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


_STANDING = Prepared(
    _of_sender("open_question", "choices", "choices_until", "handoff", "handoff_at", "started_at", "turns")
)
_REVISION = Prepared(_of_sender("started_at", "turns"))
_LOCKED = Prepared(
    _of_sender("id", "started_at", "turns", "fallbacks", "min_confidence", "open_question").with_for_update()
)
_HELD = Prepared(
    select(_NOTICE.c.id)
    .where(_NOTICE.c.recipient == bindparam("sender"), _NOTICE.c.channel == "wechat", _NOTICE.c.state == "held")
    .order_by(_NOTICE.c.id)
    .with_for_update()
)
_ID = Prepared(_of_sender("id"))
_MESSAGE = cast(Table, Message.__table__)
_ADD_MESSAGES = Prepared(
    insert(_MESSAGE).values({one.name: bindparam(one.name, type_=one.type) for one in _MESSAGE.c if one.name != "id"})
)


def standing(at: Connected, sender_id: str) -> Any:
    """(open_question, choices, choices_until, handoff, handoff_at, started_at, turns); None: an unknown person."""
    return _STANDING.first(at, sender=sender_id)


def revision(at: Connected, sender_id: str) -> Any:
    """(started_at, turns)."""
    return _REVISION.first(at, sender=sender_id)


def locked(at: Connected, sender_id: str) -> Any:
    """What recording a turn needs of the conversation, kept from others until the transaction ends."""
    return _LOCKED.first(at, sender=sender_id)


def ensure(at: Connected, sender_id: str, now: datetime) -> int:
    """The id of the conversation, begun when it is new."""
    values = {**_DEFAULTS, "sender_id": sender_id, "started_at": now, "last_at": now}
    made = insert_new(Conversation, "sender_id", "id", tuple(values), dialect(at)).first(at, **values)
    return int((made or _ID.first(at, sender=sender_id)).id)


def change(at: Connected, conversation_id: int, **values: Any) -> None:
    update_by_id(Conversation, tuple(values)).run(at, row_id=conversation_id, **values)


def add_messages(at: Connected, messages: Sequence[Mapping[str, Any]]) -> None:
    """All rows in one insert; keys that are missing are empty."""
    empty = {"snapshot": False, **dict.fromkeys(_OPTIONAL)}
    _ADD_MESSAGES.run_each(at, [{**empty, **message} for message in messages])


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


def has_held_notices(at: Connected, sender_id: str) -> bool:
    """True when something could not be pushed to this person; keeps those notices from others."""
    return _HELD.first(at, sender=sender_id) is not None


def held_notices(session: Session, sender_id: str) -> list[Notice]:
    """Notices that could not be pushed to this person, oldest first."""
    held = Notice.recipient == sender_id, Notice.channel == "wechat", Notice.state == "held"
    return list(session.scalars(select(Notice).where(*held).order_by(Notice.id).with_for_update()))


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
