"""Files of people: fetched, checked, kept or given up."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services.media import MediaKeeper
from models import Attachment, Database
from tests.conftest import Clock

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100


class Refused(Exception):
    """WeChat's answer to a download."""

    def __init__(self, code: str) -> None:
        self.code = code


class Shelf:
    """Gives what lies on it, or raises it."""

    def __init__(self, **files: bytes | Exception) -> None:
        self.files = files

    async def download_media(self, media_id: str, target: Path, *, limit: int) -> Any:
        found = self.files[media_id]
        if isinstance(found, Exception):
            raise found
        assert len(found) <= limit
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found)  # noqa: ASYNC240


def send(database: Database, clock: Clock, kind: str, media_id: str) -> int:
    with database.begin() as session:
        attachment = Attachment(sender_id="wx:oOne", kind=kind, media_id=media_id, created_at=clock())
        session.add(attachment)
        session.flush()
        return attachment.id


def state(database: Database, number: int) -> tuple[str, str | None, str | None, int | None]:
    with database.read() as session:
        found = session.get_one(Attachment, number)
        return found.state, found.path, found.content_type, found.size


async def test_a_picture_is_kept_under_its_id(sqlite_database: Database, clock: Clock, tmp_path: Path) -> None:
    number = send(sqlite_database, clock, "image", "m1")
    keeper = MediaKeeper(sqlite_database, clock, tmp_path / "media", Shelf(m1=JPEG))
    assert await keeper.fetch_pending() == 1
    assert state(sqlite_database, number) == ("stored", f"{number}.jpg", "image/jpeg", len(JPEG))
    assert (tmp_path / "media" / f"{number}.jpg").read_bytes() == JPEG
    assert await keeper.fetch_pending() == 0


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("image", b"<html><script>alert(1)</script>"),
        ("image", b"#!AMR\n"),
        ("voice", JPEG),
        ("image", Refused("40007")),
        ("image", Refused("media_too_large")),
    ],
)
async def test_what_is_not_what_it_should_be_is_given_up(
    sqlite_database: Database, clock: Clock, tmp_path: Path, kind: str, found: bytes | Exception
) -> None:
    number = send(sqlite_database, clock, kind, "m1")
    assert await MediaKeeper(sqlite_database, clock, tmp_path / "media", Shelf(m1=found)).fetch_pending() == 0
    assert state(sqlite_database, number)[0] == "lost"
    assert not list(tmp_path.glob("media/*"))  # noqa: ASYNC240


async def test_a_busy_wechat_is_asked_again_until_the_file_is_gone(
    sqlite_database: Database, clock: Clock, tmp_path: Path
) -> None:
    number = send(sqlite_database, clock, "image", "m1")
    keeper = MediaKeeper(sqlite_database, clock, tmp_path / "media", Shelf(m1=Refused("-1")))
    await keeper.fetch_pending()
    assert state(sqlite_database, number)[0] == "pending"
    clock.now += timedelta(days=3, seconds=1)
    await keeper.fetch_pending()
    assert state(sqlite_database, number)[0] == "lost"


async def test_files_of_nobody_are_swept(sqlite_database: Database, clock: Clock, tmp_path: Path) -> None:
    number = send(sqlite_database, clock, "image", "m1")
    keeper = MediaKeeper(sqlite_database, clock, tmp_path / "media", Shelf(m1=JPEG))
    await keeper.fetch_pending()
    (tmp_path / "media" / "stranger.jpg").write_bytes(JPEG)
    clock.now += timedelta(days=3650)
    assert keeper.sweep() == 1
    assert [file.name for file in (tmp_path / "media").iterdir()] == [f"{number}.jpg"]
