"""What the intake stores: numbers, enterprises, contacts, consents."""

from datetime import datetime
from typing import Any

from sqlalchemy import Insert, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from models.conversations import Conversation
from models.demands import Attachment, Demand, DemandNumber
from models.parties import Consent, Contact, Enterprise


def draw_number(session: Session, day: str) -> int:
    """The next number of `day` (YYYYMMDD); it counts only when the transaction commits."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement: Insert = (
        insert(DemandNumber)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": DemandNumber.last + 1})
        .returning(DemandNumber.last)
    )
    return int(session.execute(statement).scalar_one())


def demand_of_draft(session: Session, draft_id: str) -> Demand | None:
    return session.scalars(select(Demand).where(Demand.draft_id == draft_id)).one_or_none()


def enterprise(session: Session, name: str, match_key: str, values: dict[str, Any], now: datetime) -> Enterprise:
    """The enterprise with this match key, made when it is new; what is known better is kept."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(
        insert(Enterprise)
        .values(name=name, match_key=match_key, created_at=now)
        .on_conflict_do_nothing(index_elements=["match_key"])
    )
    found = session.scalars(select(Enterprise).where(Enterprise.match_key == match_key)).one()
    for key, value in values.items():
        if value is not None:
            setattr(found, key, value)
    if len(name) > len(found.name):
        found.name = name
    return found


def contact(
    session: Session, sender_id: str, name: str, phone: str, fingerprint: str, enterprise_id: int, now: datetime
) -> Contact:
    """The contact of this conversation partner for this enterprise, made or brought up to date."""
    found = session.scalars(
        select(Contact).where(Contact.sender_id == sender_id, Contact.enterprise_id == enterprise_id)
    ).first()
    if found is None:
        found = Contact(sender_id=sender_id, enterprise_id=enterprise_id, created_at=now)
        session.add(found)
    found.name, found.phone, found.phone_fingerprint, found.updated_at = name, phone, fingerprint, now
    session.flush()
    return found


def consent_on_record(session: Session, sender_id: str, kind: str, version: str) -> Consent | None:
    """The consent in force, None when it was never given, refused last or withdrawn."""
    last = session.scalars(
        select(Consent)
        .where(Consent.sender_id == sender_id, Consent.kind == kind, Consent.notice_version == version)
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()
    return last if last and last.given and last.withdrawn_at is None else None


def problems_of_enterprise(session: Session, enterprise_id: int, most: int) -> list[tuple[str, str]]:
    """(demand_no, problem) of the enterprise's latest demands, newest first."""
    wanted = select(Demand.demand_no, Demand.problem).where(Demand.enterprise_id == enterprise_id)
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Demand.id.desc()).limit(most))]


def demands_of_sender(session: Session, sender_id: str) -> list[Demand]:
    return list(session.scalars(select(Demand).where(Demand.sender_id == sender_id).order_by(Demand.id)))


def attach_to_demand(session: Session, sender_id: str, demand_id: int) -> None:
    """What the person sent before submitting belongs to the demand."""
    session.execute(
        update(Attachment)
        .where(Attachment.sender_id == sender_id, Attachment.demand_id.is_(None))
        .values(demand_id=demand_id)
    )


def request_handoff(session: Session, sender_id: str, now: datetime) -> bool:
    """False when the conversation is not stored yet."""
    conversation = session.scalars(select(Conversation).where(Conversation.sender_id == sender_id)).one_or_none()
    if conversation is None:
        return False
    if conversation.handoff == "none":
        conversation.handoff, conversation.handoff_at = "requested", now
    return True


def erase_person(session: Session, sender_id: str, now: datetime) -> list[str]:
    """Removes name, telephone and account from everything of this person; returns the demands left without identity."""
    contacts = session.scalars(select(Contact).where(Contact.sender_id == sender_id)).all()
    for person in contacts:
        person.name = person.phone = person.phone_fingerprint = person.sender_id = None
        person.updated_at = now
    demands = session.scalars(select(Demand).where(Demand.sender_id == sender_id)).all()
    for demand in demands:
        demand.sender_id = None
    session.execute(
        update(Consent).where(Consent.sender_id == sender_id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    session.execute(delete(Attachment).where(Attachment.sender_id == sender_id, Attachment.demand_id.is_(None)))
    session.execute(update(Attachment).where(Attachment.sender_id == sender_id).values(sender_id=None))
    return [demand.demand_no for demand in demands]
