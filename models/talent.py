"""What the societies can offer: experts and results (人才库、成果库)."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Json, UtcDateTime
from models.directory import Society


class Talent(Base):
    """An expert or a result of a society; never a way to reach a person, which the society keeps."""

    __tablename__ = "talent"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """expert or result."""
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    grade: Mapped[str | None] = mapped_column(String(60))
    """Of an expert the professional title, of a result its stage."""
    unit: Mapped[str | None] = mapped_column(String(120))
    """Where the expert works, or who owns the result."""
    society_id: Mapped[int | None] = mapped_column(ForeignKey("society.id"), index=True)
    fields: Mapped[list[str]] = mapped_column(Json, default=list)
    """Codes of the national hightech table."""
    disciplines: Mapped[list[str]] = mapped_column(Json, default=list)
    """GB/T 13745 codes or words."""
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    summary: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change; who wants to change it names the version they saw."""
    changed_by: Mapped[str | None] = mapped_column(String(60))
    text_hash: Mapped[str | None] = mapped_column(String(64))
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Like Station.vectors."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    society: Mapped[Society | None] = relationship(lazy="joined")
