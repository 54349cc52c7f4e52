"""Backup and restore: every row comes back, encrypted as it was; never over existing data."""

import io
import tarfile
from pathlib import Path

import pytest

from bot import backup as archive
from bot import bootstrap
from bot.settings import Settings, load
from models import Contact, Database, backup
from tests.conftest import NOON


def _settings(folder: Path) -> Settings:
    return load(var_dir=folder, data_key="test-data-key-1", demo=True)


def _fill(settings: Settings) -> None:

    bootstrap.migrate(settings)
    with bootstrap.open_database(settings).begin() as session:
        session.add(Contact(sender_id="wx:o1", phone="13800000000", created_at=NOON, updated_at=NOON))


def test_what_was_backed_up_comes_back(tmp_path: Path) -> None:
    old = _settings(tmp_path / "old")
    _fill(old)
    (old.media_dir / "1.jpg").parent.mkdir(parents=True)
    (old.media_dir / "1.jpg").write_bytes(b"picture")
    archive.write(old, tmp_path / "backup.tar.gz")
    new = _settings(tmp_path / "new")
    archive.restore(new, tmp_path / "backup.tar.gz")

    with bootstrap.open_database(new).read() as session:
        assert session.query(Contact).one().phone == "13800000000"
    assert (new.media_dir / "1.jpg").read_bytes() == b"picture"


def test_the_archive_holds_no_contact_in_clear_and_is_private(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    _fill(settings)
    out = io.StringIO()

    backup.dump(bootstrap.open_database(settings), out)
    assert "13800000000" not in out.getvalue()
    archive.write(settings, tmp_path / "backup.tar.gz")
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o077 == 0


def test_existing_data_is_never_overwritten(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    _fill(settings)
    archive.write(settings, tmp_path / "backup.tar.gz")
    with pytest.raises(archive.BackupError, match="空的数据库"):
        archive.restore(settings, tmp_path / "backup.tar.gz")


def test_an_archive_writes_nothing_outside_the_folder(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    _fill(settings)
    archive.write(settings, tmp_path / "good.tar.gz")
    with tarfile.open(tmp_path / "good.tar.gz") as good, tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as bad:
        rows = good.extractfile(archive.ROWS)
        assert rows is not None
        bad.addfile(good.getmember(archive.ROWS), rows)
        for name in ("media/../../escaped.txt", "other/file.txt", "media/kept.txt"):
            member = tarfile.TarInfo(name)
            member.size = 4
            bad.addfile(member, io.BytesIO(b"text"))
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        bad.addfile(link)

    new = _settings(tmp_path / "new")
    archive.restore(new, tmp_path / "bad.tar.gz")

    assert (new.var_dir / "media" / "kept.txt").read_bytes() == b"text"
    assert not (tmp_path / "escaped.txt").exists()
    assert not (new.var_dir / "other").exists()
    assert not (new.var_dir / "media" / "link").is_symlink()


def test_a_cut_off_archive_is_refused(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    _fill(settings)
    archive.write(settings, tmp_path / "whole.tar.gz")
    whole = (tmp_path / "whole.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(archive.BackupError, match="损坏"):
        archive.restore(_settings(tmp_path / "new"), tmp_path / "cut.tar.gz")


def test_another_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"not an archive")
    with pytest.raises(archive.BackupError, match="不是助力通的备份"):
        archive.restore(_settings(tmp_path / "var"), tmp_path / "x.tar.gz")


def test_rows_move_between_databases_of_both_kinds(sqlite_database: Database, postgresql_database: Database) -> None:
    with sqlite_database.begin() as session:
        session.add(Contact(sender_id="wx:o1", phone="13800000000", created_at=NOON, updated_at=NOON))
    lines = io.StringIO()
    assert backup.dump(sqlite_database, lines) == 1
    lines.seek(0)
    assert backup.load(postgresql_database, lines) == 1
    with postgresql_database.begin() as session:
        assert session.query(Contact).one().created_at == NOON
        session.add(Contact(sender_id="wx:o2", created_at=NOON, updated_at=NOON))
