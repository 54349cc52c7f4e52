"""The outbox: adding, claiming and settling notices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session, aliased

from models.outbox import Notice

WAITING = ("pending", "leased")


def add(session: Session, values: dict[str, Any]) -> bool:
    """False when a notice with this dedupe_key is there already."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(Notice).values(state="pending", attempts=0, **values)
    written = statement.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Notice.id)
    return session.execute(written).first() is not None


def known(session: Session, dedupe_key: str) -> bool:
    """Whether this notice was written before."""
    return session.scalars(select(Notice.id).where(Notice.dedupe_key == dedupe_key)).first() is not None


def due(session: Session, channels: Sequence[str], now: datetime, dead: Sequence[str], limit: int) -> list[int]:
    """Ids of what can be delivered now, oldest first: at most one a recipient and channel, the earliest that waits.

    So a later notice never overtakes an earlier one. `dead`: lease owners that will not come back.
    """
    earlier = aliased(Notice)
    lost = or_(Notice.lease_until < now, Notice.lease_owner.in_(dead))
    free = or_(Notice.state == "pending", and_(Notice.state == "leased", lost))
    overtaken = exists().where(
        earlier.recipient == Notice.recipient,
        earlier.channel == Notice.channel,
        earlier.id < Notice.id,
        earlier.state.in_(WAITING),
    )
    query = select(Notice.id).where(
        Notice.state.in_(WAITING), free, Notice.available_at <= now, Notice.channel.in_(channels), ~overtaken
    )
    return list(session.scalars(query.order_by(Notice.id).limit(limit).with_for_update(of=Notice, skip_locked=True)))


def lease(session: Session, ids: Sequence[int], owner: str, until: datetime) -> None:
    """To be called in the transaction that found the ids due."""
    session.execute(
        update(Notice)
        .where(Notice.id.in_(ids))
        .values(state="leased", lease_owner=owner, lease_until=until, attempts=Notice.attempts + 1)
    )


def lease_owners(session: Session) -> list[str]:
    """Who says that they deliver something just now."""
    query = select(Notice.lease_owner).where(Notice.state == "leased").distinct()
    return [owner for owner in session.scalars(query) if owner]


def settle(session: Session, notice_id: int, owner: str, values: dict[str, Any]) -> bool:
    """Writes the outcome; False when the lease went to another worker meanwhile."""
    statement = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == "leased", Notice.lease_owner == owner)
        .values(lease_owner=None, lease_until=None, **values)
        .returning(Notice.id)
    )
    return session.execute(statement).first() is not None


def find(session: Session, notice_id: int) -> Notice | None:
    return session.get(Notice, notice_id)


def of_demand(session: Session, demand_no: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.demand_no == demand_no).order_by(Notice.id)))


def latest_to(session: Session, demand_no: str, recipient: str, kinds: Sequence[str], channel: str) -> Notice | None:
    """The last of these kinds about the demand that was written to the recipient over the channel."""
    query = select(Notice).where(
        Notice.demand_no == demand_no,
        Notice.recipient == recipient,
        Notice.kind.in_(kinds),
        Notice.channel == channel,
    )
    return session.scalars(query.order_by(Notice.id.desc()).limit(1)).first()


def cancel_waiting(session: Session, recipient: str, demand_no: str) -> None:
    """What was not delivered yet and is no longer true."""
    session.execute(
        update(Notice)
        .where(Notice.recipient == recipient, Notice.demand_no == demand_no, Notice.state == "pending")
        .values(state="cancelled")
    )


def any_due(session: Session, channels: Sequence[str], now: datetime) -> bool:
    """True when something may be claimed."""
    free = or_(Notice.state == "pending", and_(Notice.state == "leased", Notice.lease_until < now))
    statement = select(exists().where(free, Notice.available_at <= now, Notice.channel.in_(channels)))
    return bool(session.scalar(statement))


def cancel_kind(session: Session, demand_no: str, kind: str) -> None:
    """What the person was not told yet, neither pushed nor at their next message, and that is out of date."""
    session.execute(
        update(Notice)
        .where(Notice.demand_no == demand_no, Notice.kind == kind, Notice.state.in_(("pending", "held")))
        .values(state="cancelled")
    )


def may_arrive(session: Session, demand_no: str, recipient: str) -> bool:
    """Whether another notice of this demand reached the recipient or still may."""
    query = select(Notice.id).where(
        Notice.demand_no == demand_no,
        Notice.recipient == recipient,
        Notice.state.in_((*WAITING, "delivered")),
    )
    return session.scalars(query.limit(1)).first() is not None


def lost_to(session: Session, demand_no: str) -> set[str]:
    """Recipients that notices of this demand did not reach."""
    return set(session.scalars(select(Notice.recipient).where(Notice.demand_no == demand_no, Notice.state == "dead")))
