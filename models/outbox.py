"""Notices that wait for delivery."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedJson, EncryptedText, UtcDateTime


class Notice(Base):
    """One message to one recipient over one channel, written in the transaction of the change it tells of."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "state", "available_at"),
        Index("ix_notice_recipient", "recipient", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(12))
    """wechat, telegram or wecom."""
    recipient: Mapped[str] = mapped_column(String(120))
    """sender_id of the person, or the liaison's id as text."""
    demand_no: Mapped[str | None] = mapped_column(String(20), index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    data: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    """For the channel: buttons, choices, template fields, parts already sent …"""
    state: Mapped[str] = mapped_column(String(12), default="pending")
    """pending, leased, delivered, held (told at the person's next message), dead or cancelled."""
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200))
    """A code and a short word; never text of the message."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
