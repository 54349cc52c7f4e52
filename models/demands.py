"""Demands, their attachments, what happened to them and where they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedText, Json, UtcDateTime
from models.directory import Liaison, Station
from models.parties import Contact, Enterprise


class DemandNumber(Base):
    """The last number given on a day; the row is locked while the next one is drawn."""

    __tablename__ = "demand_number"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    """YYYYMMDD in Chengdu."""
    last: Mapped[int]


class Demand(Base):
    """A technical need of an enterprise, complete and numbered."""

    __tablename__ = "demand"

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_no: Mapped[str] = mapped_column(String(20), unique=True)
    draft_id: Mapped[str] = mapped_column(String(40), unique=True)
    """Drawn when the intake starts; submitting the same draft twice gives the same demand."""
    sender_id: Mapped[str | None] = mapped_column(String(120), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    """Key of bot.core.case.State."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change; who wants to change it names the version they saw."""
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(20), index=True)
    problem: Mapped[str] = mapped_column(Text)
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    goal: Mapped[str | None] = mapped_column(Text)
    current_base: Mapped[str | None] = mapped_column(Text)
    invested: Mapped[float | None] = mapped_column(Numeric(14, 4, asdecimal=False))
    """万元."""
    field: Mapped[str] = mapped_column(String(20), index=True)
    industry_code: Mapped[str | None] = mapped_column(String(8))
    discipline_codes: Mapped[list[str]] = mapped_column(Json, default=list)
    strategic_code: Mapped[str | None] = mapped_column(String(8))
    keywords: Mapped[list[str]] = mapped_column(Json, default=list)
    coop_mode: Mapped[str | None] = mapped_column(String(16))
    budget_kind: Mapped[str] = mapped_column(String(12))
    """amount, negotiable or none."""
    budget_min: Mapped[float | None] = mapped_column(Numeric(14, 4, asdecimal=False))
    """万元."""
    budget_max: Mapped[float | None] = mapped_column(Numeric(14, 4, asdecimal=False))
    """万元."""
    deadline: Mapped[str] = mapped_column(String(10))
    """ISO date of the last day, ASAP or long_term."""
    urgency: Mapped[str | None] = mapped_column(String(4))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    district: Mapped[str] = mapped_column(String(40), index=True)
    zone: Mapped[str | None] = mapped_column(String(80))
    public_level: Mapped[str] = mapped_column(String(8), default="仅站点")
    source: Mapped[str] = mapped_column(String(12), default="公众号")
    quality_score: Mapped[int] = mapped_column(default=0)
    duplicate_of: Mapped[str | None] = mapped_column(String(20))
    """Number of an earlier demand that this one resembles."""
    station_pk: Mapped[int | None] = mapped_column(ForeignKey("station.id"), index=True)
    liaison_pk: Mapped[int | None] = mapped_column(ForeignKey("liaison.id"))
    routing: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """{decision, threshold, candidates: [{station_id, name, score, reasons}]} as it was decided."""
    returns: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the present step must be done."""
    score: Mapped[int | None]
    """1–5, given by the enterprise after closing."""
    outcome: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    enterprise: Mapped[Enterprise | None] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship()
    station: Mapped[Station | None] = relationship()
    liaison: Mapped[Liaison | None] = relationship()
    events: Mapped[list["CaseEvent"]] = relationship(back_populates="demand", order_by="CaseEvent.id")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class StationHold(Base):
    """A station that an enterprise was told of before it submitted; it counts as a case until `until`."""

    __tablename__ = "station_hold"

    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    station_pk: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseEvent(Base):
    """One change of a demand; never altered."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(24))
    """submitted, routed, taken, returned, referred, contacted, note, closed, rated, withdrawn …"""
    state_from: Mapped[str | None] = mapped_column(String(16))
    state_to: Mapped[str | None] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(12))
    """enterprise, liaison, staff or system."""
    actor_id: Mapped[str | None] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(60))
    station_id: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    demand: Mapped[Demand] = relationship(back_populates="events")


class Attachment(Base):
    """A picture, voice message, place or link that belongs to a conversation or its demand."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str | None] = mapped_column(String(120), index=True)
    draft_id: Mapped[str | None] = mapped_column(String(40), index=True)
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """image, voice, video, location, link."""
    media_id: Mapped[str | None] = mapped_column(String(200))
    """WeChat's; its file is gone after three days."""
    path: Mapped[str | None] = mapped_column(String(200))
    """Of the downloaded file, relative to VAR_DIR/media."""
    content_type: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None]
    """Bytes."""
    description: Mapped[str | None] = mapped_column(EncryptedText)
    """Place label, link title and address …"""
    state: Mapped[str] = mapped_column(String(12), default="pending")
    """pending, stored, lost or none (nothing to download)."""
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ActionToken(Base):
    """What an opaque token in a button or an address stands for; only its digest is stored."""

    __tablename__ = "action_token"
    __table_args__ = (Index("ix_action_token_demand", "demand_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    liaison_pk: Mapped[int] = mapped_column(ForeignKey("liaison.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(24))
    """take, return, return:<reason code>, refer, refer:<liaison id>, page …"""
    version: Mapped[int]
    """Of the demand when the token was made."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
