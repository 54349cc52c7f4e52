"""The run of an import: one at a time over all processes, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import process
from bot.services.audit import Actor
from bot.services.vectors import Progress
from models import Database, DirectoryImport
from models.repositories import directory_imports as stored

PATIENCE = timedelta(minutes=30)
"""Without a sign of life from another machine; whether a process of this one lives is known at once."""
EVERY = timedelta(seconds=1)
"""Between two notes of how far it is."""
TRIES = 20
"""To begin, while others begin and end at the same moments."""


@dataclass(frozen=True)
class Run:
    """An import as people see it."""

    id: int
    state: str
    """running, done, failed (the reason was seen), lost (the process ended) or undone."""
    by: str
    started_at: datetime
    seen_at: datetime
    total: int
    ready: int
    needed: int
    """Stations whose vectors are computed anew; 0 until that is known."""
    added: int
    updated: int
    unchanged: int
    undoable: bool
    undone_by: str | None
    undone_at: datetime | None

    @property
    def writing(self) -> bool:
        """All is computed, the stations are being written."""
        return self.state == "running" and 0 < self.needed <= self.ready


class RunningError(Exception):
    """Another import is at work; `run` says whose."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"import {run.id} is running")
        self.run = run


class GivenUpError(Exception):
    """This import was taken for dead and another one began."""


class ImportRuns:
    """Begins, follows and ends imports of the directory."""

    def __init__(self, db: Database, clock: Callable[[], datetime], owner: str | None = None) -> None:
        self._db = db
        self._clock = clock
        self._owner = owner or process.name()

    def begin(self, actor: Actor, total: int) -> int:
        """Its id. Raises RunningError."""
        for _ in range(TRIES):
            run = self._begun(actor, total)
            if run is not None:
                return run
        raise GivenUpError

    def _begun(self, actor: Actor, total: int) -> int | None:
        """None when another one took the slot and has ended since. Raises RunningError."""
        with self._db.begin() as session:
            other = stored.running(session)
            if other is not None and not self._is_lost(other):
                raise RunningError(self._view(other))
            if other is not None:
                stored.fail(session, other.id)
            run = stored.begin(session, self._clock(), actor.name, self._owner, total)
            if run is not None:
                return run
            session.expire_all()
            winner = stored.running(session)
            if winner is None:
                return None
            raise RunningError(self._view(winner))

    def following(self, run: int, also: Progress | None = None) -> Progress:
        """Notes how far the run is, and tells `also` if given."""
        noted: list[datetime] = []

        def progress(ready: int, needed: int) -> None:
            now = self._clock()
            if not noted or ready >= needed or now - noted[-1] >= EVERY:
                noted[:] = [now]
                with self._db.begin() as session:
                    stored.move_on(session, run, now, {"ready": ready, "needed": needed})
            if also:
                also(ready, needed)

        return progress

    def fail(self, run: int) -> None:
        with self._db.begin() as session:
            stored.fail(session, run)

    def view(self, run: int) -> Run | None:
        with self._db.read() as session:
            found = stored.find(session, run)
            return self._view(found) if found else None

    def running(self) -> Run | None:
        """The one that is at work now."""
        with self._db.read() as session:
            found = stored.running(session)
            return self._view(found) if found and not self._is_lost(found) else None

    def undoable(self) -> Run | None:
        """The last one that changed anything, while it can be undone."""
        with self._db.read() as session:
            found = stored.latest_undoable(session)
            return self._view(found) if found else None

    def _is_lost(self, row: DirectoryImport) -> bool:
        return process.is_dead(row.owner) or self._clock() - row.seen_at > PATIENCE

    def _view(self, row: DirectoryImport) -> Run:
        state = "lost" if row.state == "running" and self._is_lost(row) else row.state
        return Run(
            id=row.id,
            state="undone" if row.undone_at else state,
            by=row.actor_name,
            started_at=row.started_at,
            seen_at=row.seen_at,
            total=row.total,
            ready=row.ready,
            needed=row.needed,
            added=row.added,
            updated=row.updated,
            unchanged=row.unchanged,
            undoable=row.undoable,
            undone_by=row.undone_by,
            undone_at=row.undone_at,
        )
