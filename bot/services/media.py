"""Files that people sent: fetched from WeChat before it drops them after three days, checked, kept under their id."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

from models import Attachment, Database
from models.repositories import conversations as rows

log = structlog.get_logger(__name__)

WECHAT_KEEPS = timedelta(days=3)
LIMITS = {"image": 10 * 2**20, "voice": 2 * 2**20, "video": 20 * 2**20}
"""Bytes by kind."""
LOST_CODES = frozenset({"40007", "media_too_large"})
"""WeChat's file is gone, or larger than we keep: no other try will help."""
_TYPES: tuple[tuple[str, int, bytes, str, str], ...] = (
    ("image", 0, b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    ("image", 0, b"\x89PNG\r\n\x1a\n", ".png", "image/png"),
    ("image", 0, b"GIF8", ".gif", "image/gif"),
    ("image", 8, b"WEBP", ".webp", "image/webp"),
    ("image", 0, b"BM", ".bmp", "image/bmp"),
    ("voice", 0, b"#!AMR", ".amr", "audio/amr"),
    ("voice", 0, b"ID3", ".mp3", "audio/mpeg"),
    ("voice", 0, b"\xff\xfb", ".mp3", "audio/mpeg"),
    ("voice", 0, b"\xff\xf3", ".mp3", "audio/mpeg"),
    ("voice", 0, b"Speex", ".speex", "audio/x-speex"),
    ("voice", 0, b"OggS", ".speex", "audio/x-speex"),
    ("video", 4, b"ftyp", ".mp4", "video/mp4"),
)
"""(kind, offset, first bytes, ending, content type): what a file says it is decides, not what its sender says."""
_HEAD = 32


class MediaSource(Protocol):
    """WeChat's files. Raises an error with a `code` when one cannot be had."""

    async def download_media(self, media_id: str, target: Path, *, limit: int) -> Any: ...


class MediaKeeper:
    """Fetches pending attachments into `folder`; one of them runs at a time."""

    def __init__(self, db: Database, clock: Callable[[], datetime], folder: Path, source: MediaSource) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder
        self._source = source

    async def fetch_pending(self, limit: int = 20) -> int:
        """Try `limit` pending attachments once; how many were stored."""
        pending = await asyncio.to_thread(self._pending, limit)
        return sum([await self._fetch(*one) for one in pending])

    def sweep(self) -> int:
        """Delete files that no attachment names any more and that are older than a day; how many."""
        if not self._folder.is_dir():
            return 0
        with self._db.read() as session:
            known = rows.known_files(session)
        before = (self._clock() - timedelta(days=1)).timestamp()
        strangers = [
            file
            for file in self._folder.iterdir()
            if file.is_file() and file.name not in known and file.stat().st_mtime < before
        ]
        for file in strangers:
            file.unlink(missing_ok=True)
        return len(strangers)

    def _pending(self, limit: int) -> list[tuple[int, str, str]]:
        """(id, kind, media_id) of what is still to fetch; what WeChat has dropped by now is given up."""
        with self._db.begin() as session:
            found = rows.pending_attachments(session, limit)
            for attachment in found:
                if attachment.created_at + WECHAT_KEEPS < self._clock():
                    attachment.state = "lost"
            return [(one.id, one.kind, one.media_id) for one in found if one.state == "pending" and one.media_id]

    async def _fetch(self, number: int, kind: str, media_id: str) -> bool:
        staged = self._folder / f".{number}.part"
        try:
            await self._source.download_media(media_id, staged, limit=LIMITS.get(kind, LIMITS["image"]))
        except Exception as error:
            code = str(getattr(error, "code", type(error).__name__))
            log.info("an attachment was not fetched", attachment_id=number, code=code)
            await asyncio.to_thread(self._settle, number, "lost" if code in LOST_CODES else "pending", None)
            return False
        return await asyncio.to_thread(self._keep, number, kind, staged)

    def _keep(self, number: int, kind: str, staged: Path) -> bool:
        """Name the file by its id and by what it really is; anything else than its kind is thrown away."""
        with staged.open("rb") as file:
            found = _type_of(kind, file.read(_HEAD))
        if found is None:
            staged.unlink()
            self._settle(number, "lost", None)
            return False
        ending, content_type = found
        target = self._folder / f"{number}{ending}"
        size = staged.stat().st_size
        staged.replace(target)
        kept = self._settle(number, "stored", (target.name, content_type, size))
        if not kept:
            target.unlink(missing_ok=True)
        return kept

    def _settle(self, number: int, state: str, file: tuple[str, str, int] | None) -> bool:
        """False when the attachment was deleted meanwhile."""
        with self._db.begin() as session:
            attachment = session.get(Attachment, number)
            if attachment is None:
                return False
            attachment.state = state
            attachment.attempts += 1
            if file is not None:
                attachment.path, attachment.content_type, attachment.size = file
            return True


def _type_of(kind: str, head: bytes) -> tuple[str, str] | None:
    for known, offset, start, ending, content_type in _TYPES:
        if known == kind and head[offset : offset + len(start)] == start:
            return ending, content_type
    return None
