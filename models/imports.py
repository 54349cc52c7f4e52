"""Imports of the directory of stations: how far one is, and what the last one replaced."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedJson, EncryptedText, Json, UtcDateTime


class DirectoryImport(Base):
    """One import, from its start on."""

    __tablename__ = "directory_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last sign of life; an import that gives none for long was cut off."""
    actor_name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8), default="running")
    """running, done or failed."""
    slot: Mapped[bool | None] = mapped_column(unique=True, default=True)
    """True while it runs and NULL afterwards, so that one runs at most."""
    owner: Mapped[str] = mapped_column(String(120))
    """The process that it runs in (bot.services.process)."""
    ready: Mapped[int] = mapped_column(default=0)
    """Stations whose vectors are there, of those that need new ones."""
    needed: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Stations in the file."""
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    societies: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Those it made or changed: {id, before, after}; before is null for a new one."""
    undoable: Mapped[bool] = mapped_column(default=False)
    """Of the last that changed anything."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(60))


class ReplacedStation(Base):
    """A station as it was before the last import; gone with the next import, an undo or the retention period."""

    __tablename__ = "replaced_station"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("directory_import.id", ondelete="CASCADE"), index=True)
    station_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    """In the directory after the import."""
    columns: Mapped[list[str]] = mapped_column(Json, default=list)
    """Headings of what the import changed."""
    before: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    """{station, liaisons} with all their columns; NULL for a station that was new."""
    after: Mapped[str] = mapped_column(EncryptedText)
    """Fingerprint of the same after the import; another one now means a change since."""
    text_hash: Mapped[str | None] = mapped_column(String(64))
    """With `vectors`, where the import changed the text that they are of."""
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
