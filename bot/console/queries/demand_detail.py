"""One demand with everything that belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.console.queries import scope
from bot.console.queries.demands import RUNNING
from bot.core.roles import Viewer
from bot.services.demand_record import as_record
from models import Attachment, CaseEvent, Conversation, Database, Demand, Liaison, Notice
from models.repositories import demands, exports


@dataclass(frozen=True)
class EventView:
    """One entry of the history."""

    at: datetime
    kind: str
    state_from: str | None
    state_to: str | None
    actor_kind: str
    actor_name: str
    station_id: str | None
    reason: str | None


@dataclass(frozen=True)
class NoticeView:
    """A notice about the demand and how far it got; never its text."""

    id: int
    kind: str
    channel: str
    recipient: str
    """A liaison's name, or empty for the enterprise."""
    state: str
    attempts: int
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True)
class AttachmentView:
    id: int
    kind: str
    state: str
    content_type: str | None
    size: int | None
    description: str | None


@dataclass(frozen=True)
class DemandDetail:
    """A demand as its page shows it; `record` has the keys of the product design, contact masked."""

    id: int
    record: dict[str, Any]
    version: int
    state: str
    station_pk: int | None
    due_at: datetime | None
    overdue: bool
    submitted_at: datetime
    updated_at: datetime
    returns: int
    routing: dict[str, Any]
    conversation_id: int | None
    has_contact: bool
    shared: bool
    """The contact was shared with the station that has the demand."""
    events: list[EventView]
    notices: list[NoticeView]
    attachments: list[AttachmentView]


def detail(db: Database, viewer: Viewer, demand_no: str, now: datetime) -> DemandDetail | None:
    """None when there is no such demand within what the viewer may see."""
    with db.read() as session:
        query = _loaded().where(Demand.demand_no == demand_no, scope.demands(viewer))
        demand = session.scalar(query)
        return of(session, demand, now) if demand is not None else None


def record(db: Database, viewer: Viewer, demand_no: str) -> dict[str, Any] | None:
    """The JSON interface's record, contact masked."""
    with db.read() as session:
        query = _loaded().where(Demand.demand_no == demand_no, scope.demands(viewer))
        demand = session.scalar(query)
        if demand is None:
            return None
        return as_record(demand, exports.consents_of(session, demand), contacts=False)


def _loaded() -> Any:
    return select(Demand).options(
        joinedload(Demand.contact),
        joinedload(Demand.station),
        joinedload(Demand.liaison),
        selectinload(Demand.attachments),
        selectinload(Demand.events),
    )


def of(session: Session, demand: Demand, now: datetime) -> DemandDetail:
    """Everything about a loaded demand."""
    station = demand.station
    return DemandDetail(
        id=demand.id,
        record=as_record(demand, exports.consents_of(session, demand), contacts=False),
        version=demand.version,
        state=demand.state,
        station_pk=demand.station_pk,
        due_at=demand.due_at,
        overdue=demand.due_at is not None and demand.due_at < now and demand.state in RUNNING,
        submitted_at=demand.submitted_at,
        updated_at=demand.updated_at,
        returns=demand.returns,
        routing=demand.routing,
        conversation_id=_conversation_of(session, demand),
        has_contact=demand.contact is not None,
        shared=station is not None and demands.share_consent(session, demand.id, station.station_id) is not None,
        events=[_event(event) for event in demand.events],
        notices=_notices(session, demand.demand_no),
        attachments=[_attachment(item) for item in demand.attachments],
    )


def _conversation_of(session: Session, demand: Demand) -> int | None:
    if demand.sender_id is None:
        return None
    return session.scalar(select(Conversation.id).where(Conversation.sender_id == demand.sender_id))


def _event(event: CaseEvent) -> EventView:
    return EventView(
        event.at,
        event.kind,
        event.state_from,
        event.state_to,
        event.actor_kind,
        event.actor_name,
        event.station_id,
        event.reason,
    )


def _notices(session: Session, demand_no: str) -> list[NoticeView]:
    rows = session.scalars(select(Notice).where(Notice.demand_no == demand_no).order_by(Notice.id)).all()
    ids = {int(row.recipient) for row in rows if row.channel != "wechat" and row.recipient.isdigit()}
    found = session.execute(select(Liaison.id, Liaison.name).where(Liaison.id.in_(ids)))
    names = {str(pk): name for pk, name in found}
    return [
        NoticeView(
            row.id,
            row.kind,
            row.channel,
            names.get(row.recipient, ""),
            row.state,
            row.attempts,
            row.last_error,
            row.created_at,
            row.delivered_at,
        )
        for row in rows
    ]


def _attachment(item: Attachment) -> AttachmentView:
    return AttachmentView(item.id, item.kind, item.state, item.content_type, item.size, item.description)
