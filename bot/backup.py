"""`zhuli backup` and `zhuli restore`: one archive with the database and what a run wrote beside it."""

import io
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath

from bot.settings import Settings
from models import Cipher, Database, backup, migrations

ROWS = "database.jsonl"
FOLDERS = ("media", "demo")
FILES = ("demo.json", "inbox-spill.jsonl")


class BackupError(Exception):
    """What is wrong with the archive or the place it should go to."""


def write(settings: Settings, target: Path) -> int:
    """Writes the archive (a .tar.gz, readable only by its owner) in one step; how many rows it holds."""
    database = Database(settings.database_url, Cipher(settings.data_keys))
    staged = target.with_name(f".{target.name}.part")
    staged.touch(mode=0o600)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as rows, tarfile.open(staged, "w:gz") as archive:
        count = backup.dump(database, rows)
        rows.flush()
        archive.add(rows.name, ROWS)
        for name in (*FOLDERS, *FILES):
            if (settings.var_dir / name).exists():
                archive.add(settings.var_dir / name, name)
    staged.replace(target)
    return count


def restore(settings: Settings, source: Path) -> int:
    """Restores into an empty database and VAR_DIR; how many rows. Raises BackupError."""
    migrated = Database(settings.database_url, Cipher(settings.data_keys))
    migrations.upgrade(migrated.engine)
    try:
        with tarfile.open(source, "r:gz") as archive:
            rows = archive.extractfile(ROWS)
            if rows is None:
                raise BackupError("这个文件不是助力通的备份。")
            with io.TextIOWrapper(rows, "utf-8") as lines:
                count = backup.load(migrated, lines)
            _unpack(archive, settings.var_dir)
    except (tarfile.TarError, zlib.error, EOFError, KeyError) as error:
        raise BackupError("这个文件不是助力通的备份，或已经损坏。") from error
    except backup.NotEmptyError as error:
        raise BackupError("数据库里已经有数据；请恢复到一个空的数据库。") from error
    return count


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """The regular files of FOLDERS and FILES; links, devices and paths that lead elsewhere are left out.

    Not extractall(filter="data"): Python 3.11 before .4, as in Debian 12, has no filters.
    """
    for member in archive.getmembers():
        parts = PurePosixPath(member.name).parts
        if not member.isfile() or ".." in parts or not parts or parts[0] not in (*FOLDERS, *FILES):
            continue
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(member)
        assert source is not None
        with source, target.open("wb") as out:
            target.chmod(0o600)
            shutil.copyfileobj(source, out)
