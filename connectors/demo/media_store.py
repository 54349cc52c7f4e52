"""Temporary media of the fake account: kept three days, as WeChat keeps them."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

KEPT = timedelta(days=3)
_ID = re.compile(r"[\w-]{20,80}")


@dataclass(frozen=True)
class StoredMedia:
    """One file; `kind` is image, voice, video or thumb, `created_at` in seconds."""

    media_id: str
    kind: str
    content_type: str
    filename: str
    created_at: int


class MediaStore:
    """Files in a folder, each with a note beside it."""

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._clock = clock

    def save(self, kind: str, content: bytes, content_type: str, filename: str) -> StoredMedia:
        self._directory.mkdir(parents=True, exist_ok=True)
        created = int(self._clock().timestamp())
        media = StoredMedia(secrets.token_urlsafe(40), kind, content_type, filename, created)
        self._path(media.media_id).write_bytes(content)
        self._path(media.media_id).with_suffix(".json").write_text(json.dumps(asdict(media)))
        return media

    def find(self, media_id: str) -> StoredMedia | None:
        """None when unknown; expired ones are found as long as the file is there (PicUrl lives longer)."""
        if not _ID.fullmatch(media_id):
            return None
        note = self._path(media_id).with_suffix(".json")
        return StoredMedia(**json.loads(note.read_text())) if note.is_file() else None

    def expired(self, media: StoredMedia) -> bool:
        return self._clock().timestamp() >= media.created_at + KEPT.total_seconds()

    def content(self, media: StoredMedia) -> bytes:
        return self._path(media.media_id).read_bytes()

    def _path(self, media_id: str) -> Path:
        return self._directory / media_id
