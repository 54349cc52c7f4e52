"""Societies, their service stations and the liaisons."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedText, Json, UtcDateTime


class Society(Base):
    """A learned society (学会)."""

    __tablename__ = "society"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[str] = mapped_column(String(8))
    """国, 省 or 市."""
    category: Mapped[str | None] = mapped_column(String(20))


class Station(Base):
    """A service station (学会服务站) or another platform of the programme."""

    __tablename__ = "station"
    __table_args__ = ({"sqlite_autoincrement": True},)
    """No key is given twice: other processes know stations by it, also when one was taken back."""

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40), default="学会服务站")
    level: Mapped[str] = mapped_column(String(8), default="市")
    society_id: Mapped[int | None] = mapped_column(ForeignKey("society.id"), index=True)
    disciplines: Mapped[list[str]] = mapped_column(Json, default=list)
    hightech_fields: Mapped[list[str]] = mapped_column(Json, default=list)
    industry_prefixes: Mapped[list[str]] = mapped_column(Json, default=list)
    industries: Mapped[list[str]] = mapped_column(Json, default=list)
    """Industries in words, beside the GB/T 4754 prefixes."""
    keywords: Mapped[list[str]] = mapped_column(Json, default=list)
    exclude_keywords: Mapped[list[str]] = mapped_column(Json, default=list)
    services: Mapped[list[str]] = mapped_column(Json, default=list)
    categories: Mapped[list[str]] = mapped_column(Json, default=list)
    """Categories of demands it takes; empty means all."""
    host_kind: Mapped[str | None] = mapped_column(String(8))
    host_name: Mapped[str | None] = mapped_column(String(120))
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    zone: Mapped[str | None] = mapped_column(String(80))
    served_districts: Mapped[list[str]] = mapped_column(Json, default=list)
    """Districts it serves; empty means all of Chengdu."""
    capacity: Mapped[int] = mapped_column(default=10)
    """Open cases at most."""
    last_assigned: Mapped[int] = mapped_column(default=0)
    """Id of the event that gave it its latest demand; who waits longest comes first among equals."""
    experts: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    results: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    agreement: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """{no, start, end}, dates as ISO texts."""
    approval: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    plaque_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(8), default="运行", index=True)
    """筹建, 运行, 暂停, 整改, 到期 or 撤销."""
    status_reason: Mapped[str | None] = mapped_column(Text)
    yearly_grade: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    last_verified: Mapped[date | None]
    text_hash: Mapped[str | None] = mapped_column(String(64))
    """Hash of the text that the vectors were computed from, with the encoder's name."""
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Half precision, little endian: rows of e5 and USE side by side, the whole text first, then each topic."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """Every process looks for the latest before it routes."""

    society: Mapped[Society | None] = relationship(lazy="joined")
    liaisons: Mapped[list["Liaison"]] = relationship(back_populates="station", order_by="Liaison.id")


class Liaison(Base):
    """A person who takes up a station's demands (学会联络员)."""

    __tablename__ = "liaison"
    __table_args__ = ({"sqlite_autoincrement": True},)
    """No key is given twice: notices name their recipient by it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    station_pk: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(8), default="primary")
    """primary or backup."""
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    wecom_robot: Mapped[str | None] = mapped_column(EncryptedText)
    """Key of the group robot that reaches this person."""
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    hours: Mapped[str | None] = mapped_column(String(120))
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)

    station: Mapped[Station] = relationship(back_populates="liaisons")
