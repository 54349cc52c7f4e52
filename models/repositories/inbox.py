"""The inbox of pushes: inserted once, claimed by one process, finished once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from models.conversations import InboxMessage, ReplayGuard
from models.demands import Attachment
from models.outbox import Notice
from models.prepared import Connected, Prepared
from models.repositories.statements import dialect, insert_new, update_by_id

_ROW = (
    InboxMessage.id,
    InboxMessage.unique_key,
    InboxMessage.sender_id,
    InboxMessage.kind,
    InboxMessage.payload,
    InboxMessage.state,
    InboxMessage.reply,
    InboxMessage.attempts,
    InboxMessage.apologised,
    InboxMessage.push,
    InboxMessage.claimed_by,
    InboxMessage.claimed_until,
    InboxMessage.received_at,
)
_INBOX = cast(Table, InboxMessage.__table__)
_BY_ID = select(*(_INBOX.c[column.key] for column in _ROW)).where(_INBOX.c.id == bindparam("row_id"))
_FOUND, _LOCKED = Prepared(_BY_ID), Prepared(_BY_ID.with_for_update())
_ANSWERED = Prepared(
    update(_INBOX).where(_INBOX.c.id == bindparam("row_id"), _INBOX.c.state == "done").values(state="answered")
)


def remember_signature(at: Connected, digest: str, now: datetime) -> bool:
    """False when this very request was seen before."""
    statement = insert_new(ReplayGuard, "digest", "digest", ("digest", "seen_at"), dialect(at))
    return statement.first(at, digest=digest, seen_at=now) is not None


def insert(at: Connected, **values: Any) -> int | None:
    """The id of the new row; None when its unique_key is known."""
    row = insert_new(InboxMessage, "unique_key", "id", tuple(values), dialect(at)).first(at, **values)
    return None if row is None else int(row.id)


def attach(session: Session, sender_id: str, kind: str, **values: Any) -> int:
    """The id of a new attachment of this person."""
    attachment = Attachment(sender_id=sender_id, kind=kind, **values)
    session.add(attachment)
    session.flush()
    return attachment.id


def by_key(session: Session, unique_key: str) -> Row[Any] | None:
    return session.execute(select(*_ROW).where(InboxMessage.unique_key == unique_key)).first()


def by_id(at: Connected, inbox_id: int, *, lock: bool = False) -> Any:
    """The row or None; `lock` keeps others from changing it until the transaction ends."""
    return (_LOCKED if lock else _FOUND).first(at, row_id=inbox_id)


def claim(session: Session, inbox_id: int, owner: str, dead: Sequence[str], now: datetime, until: datetime) -> bool:
    """Let `owner` work on an unfinished row; False when it is finished or a living process works on it."""
    statement = (
        update(InboxMessage)
        .where(InboxMessage.id == inbox_id, InboxMessage.state == "received", _free(owner, dead, now))
        .values(claimed_by=owner, claimed_until=until, attempts=InboxMessage.attempts + 1)
        .returning(InboxMessage.id)
    )
    return session.execute(statement).first() is not None


def claimants(session: Session) -> list[str]:
    """The processes that say they work on unfinished rows."""
    statement = select(InboxMessage.claimed_by).where(InboxMessage.state == "received").distinct()
    return [owner for owner in session.scalars(statement) if owner]


def unfinished(session: Session, owner: str, dead: Sequence[str], now: datetime, limit: int) -> list[Row[Any]]:
    """Rows that nobody alive works on, oldest first; those of `owner` itself are left out."""
    free = _free("", dead, now)
    mine = or_(InboxMessage.claimed_by.is_(None), InboxMessage.claimed_by != owner)
    statement = select(*_ROW).where(InboxMessage.state == "received", free, mine)
    return list(session.execute(statement.order_by(InboxMessage.id).limit(limit)))


def renew(session: Session, owner: str, until: datetime) -> None:
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.state == "received", InboxMessage.claimed_by == owner)
        .values(claimed_until=until)
    )


def release(session: Session, owner: str) -> None:
    """Leave unfinished rows to whoever comes next."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.state == "received", InboxMessage.claimed_by == owner)
        .values(claimed_by=None, claimed_until=None)
    )


def change(at: Connected, inbox_id: int, **values: Any) -> None:
    update_by_id(InboxMessage, tuple(values)).run(at, row_id=inbox_id, **values)


def mark_answered(at: Connected, ids: Sequence[int]) -> None:
    _ANSWERED.run_each(at, [{"row_id": one} for one in ids])


def unanswered(session: Session, before: datetime, limit: int) -> list[Row[Any]]:
    """Rows whose reply is ready, was received before `before`, and was never taken."""
    statement = (
        select(*_ROW)
        .where(InboxMessage.state == "done", InboxMessage.received_at < before)
        .order_by(InboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(statement))


def add_notice(session: Session, dedupe_key: str, recipient: str, text: str, at: datetime, **values: Any) -> None:
    """A WeChat notice of kind `reply`, due at `at`; nothing when its key is known."""
    statement = (
        _insert(session)(Notice)
        .values(
            dedupe_key=dedupe_key,
            kind="reply",
            channel="wechat",
            recipient=recipient,
            text=text,
            data={},
            state="pending",
            attempts=0,
            available_at=at,
            created_at=values.pop("created_at", at),
            **values,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    session.execute(statement)


def forget(session: Session, sender_id: str) -> None:
    """Delete a person's finished pushes and undelivered replies; what is being worked on ends by itself."""
    session.execute(delete(InboxMessage).where(InboxMessage.sender_id == sender_id, InboxMessage.state != "received"))
    session.execute(delete(Notice).where(Notice.recipient == sender_id, Notice.channel == "wechat"))


def purge_signatures(session: Session, before: datetime) -> None:
    session.execute(delete(ReplayGuard).where(ReplayGuard.seen_at < before))


def _free(owner: str, dead: Sequence[str], now: datetime) -> Any:
    return or_(
        InboxMessage.claimed_by.is_(None),
        InboxMessage.claimed_by.in_([owner, *dead]),
        InboxMessage.claimed_until < now,
    )


def _insert(session: Session) -> Any:
    return insert_sqlite if dialect(session) == "sqlite" else insert_postgresql
