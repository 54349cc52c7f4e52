"""Enterprises, their contacts, and what they agreed to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedText, UtcDateTime


class Enterprise(Base):
    """A company or other organisation that has needs; recognised again by its cleaned name."""

    __tablename__ = "enterprise"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    match_key: Mapped[str] = mapped_column(String(120), unique=True)
    """The name without spaces, brackets and legal endings."""
    uscc: Mapped[str | None] = mapped_column(String(18), index=True)
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    zone: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(Base):
    """A person who speaks for an enterprise; name and telephone are encrypted."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str | None] = mapped_column(String(120), index=True)
    """The conversation partner (app id:openid) whose contact this is; None once erased."""
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    enterprise: Mapped[Enterprise | None] = relationship()


class Consent(Base):
    """One agreement or refusal, kept as the record that PIPL art. 14, 23 and 25 ask for."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_sender_kind", "sender_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    """collect, share or publish."""
    notice_version: Mapped[str] = mapped_column(String(16))
    given: Mapped[bool]
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"), index=True)
    station_id: Mapped[str | None] = mapped_column(String(40))
    """For share: the station that was named when the person agreed."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
