"""Imports of the directory: one at a time, how far it is, and the last that can be undone."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.imports import DirectoryImport, ReplacedStation


def running(session: Session) -> DirectoryImport | None:
    """The one at work, or cut off without a word."""
    return session.scalars(select(DirectoryImport).where(DirectoryImport.slot.is_(True))).one_or_none()


def begin(session: Session, now: datetime, actor_name: str, owner: str, total: int) -> int | None:
    """Its id; None when another process began one at the same moment."""
    row = DirectoryImport(started_at=now, seen_at=now, actor_name=actor_name, owner=owner, total=total)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row.id


def find(session: Session, run: int) -> DirectoryImport | None:
    return session.get(DirectoryImport, run)


def societies(session: Session, run: int) -> list[dict[str, Any]]:
    """Those that it made or changed: {id, before, after}."""
    row = session.get(DirectoryImport, run)
    return list(row.societies) if row else []


def latest_undoable(session: Session) -> DirectoryImport | None:
    """The last that changed anything, unless that was undone or is too long ago."""
    return session.scalars(select(DirectoryImport).where(DirectoryImport.undoable.is_(True))).one_or_none()


def move_on(session: Session, run: int, now: datetime, values: dict[str, Any]) -> bool:
    """Writes how far it is; False when it was given up meanwhile."""
    still = (DirectoryImport.id == run, DirectoryImport.slot.is_(True))
    done = session.execute(update(DirectoryImport).where(*still).values(seen_at=now, **values))
    return cast("CursorResult[Any]", done).rowcount == 1


def fail(session: Session, run: int) -> None:
    """Nothing of it was written."""
    still = (DirectoryImport.id == run, DirectoryImport.slot.is_(True))
    session.execute(update(DirectoryImport).where(*still).values(state="failed", slot=None))


def make_undoable(session: Session, run: int) -> None:
    """This one and no other; what earlier ones replaced is forgotten."""
    others = (DirectoryImport.undoable.is_(True), DirectoryImport.id != run)
    session.execute(update(DirectoryImport).where(*others).values(undoable=False))
    session.execute(delete(ReplacedStation).where(ReplacedStation.import_id != run))
    session.execute(update(DirectoryImport).where(DirectoryImport.id == run).values(undoable=True))


def undone(session: Session, run: int, now: datetime, actor_name: str) -> None:
    """What it replaced is forgotten as well."""
    values = {"undoable": False, "undone_at": now, "undone_by": actor_name, "societies": []}
    session.execute(update(DirectoryImport).where(DirectoryImport.id == run).values(**values))
    session.execute(delete(ReplacedStation).where(ReplacedStation.import_id == run))


def drop_old(session: Session, before: datetime) -> int:
    """How many replaced stations were forgotten, with the imports of that time."""
    old = select(DirectoryImport.id).where(DirectoryImport.started_at < before, DirectoryImport.slot.is_(None))
    count = session.scalar(select(func.count()).where(ReplacedStation.import_id.in_(old))) or 0
    session.execute(delete(ReplacedStation).where(ReplacedStation.import_id.in_(old)))
    session.execute(delete(DirectoryImport).where(DirectoryImport.started_at < before, DirectoryImport.slot.is_(None)))
    return count
