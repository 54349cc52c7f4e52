"""The directory of stations: import, export, and the demo directory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.core.station import KEYS, StationRecord
from bot.services import station_files, station_rows
from bot.services.audit import SYSTEM, Actor, record_in
from bot.services.import_runs import GivenUpError, ImportRuns
from bot.services.shipped import DEMO_FILE
from bot.services.station_cells import SHORT_LEVELS, RowError
from bot.services.station_columns import GROUPS, HEADINGS
from bot.services.vectors import Progress
from models import Database, Session
from models.repositories import directory_imports, replaced, stations
from models.repositories.demands import lock_all_stations

PORTION = 200
"""Stations written, and what they replace kept, in one go."""


@dataclass(frozen=True)
class Change:
    """A known station that the file says something else of."""

    station_id: str
    name: str
    columns: list[str]
    """Headings."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do; with errors nothing was written."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    dry_run: bool = False
    changes: list[Change] = field(default_factory=list)
    absent: int = 0
    """Stations of the directory that the file does not name; they stay."""

    @property
    def ok(self) -> bool:
        return not self.errors


@dataclass(frozen=True)
class Begun:
    """A file without mistakes whose import has begun and is to be carried out."""

    run: int
    records: list[StationRecord]
    actor: Actor


@dataclass(frozen=True)
class _Difference:
    """What a file says otherwise than the directory."""

    new: list[StationRecord]
    changed: list[tuple[StationRecord, Change]]
    report: ImportReport


class Index(Protocol):
    """bot.services.routing.RoutingService."""

    def new_vectors(
        self, records: Sequence[StationRecord], progress: Progress | None = None
    ) -> Mapping[str, stations.KeptVectors]: ...

    def warm_up(self, progress: Progress | None = None) -> None: ...


class DirectoryService:
    """Writes the directory; without `index` whoever routes next computes the vectors."""

    def __init__(self, db: Database, clock: Callable[[], datetime], index: Index | None = None) -> None:
        self._db = db
        self._clock = clock
        self._index = index
        self.runs = ImportRuns(db, clock)

    def import_stations(
        self, path: Path, dry_run: bool = False, progress: Progress | None = None, actor: Actor = SYSTEM
    ) -> ImportReport:
        """All rows in one transaction, or none when any row has a mistake; stations are known by station_id.

        Stations that the file does not name stay as they are. Raises import_runs.RunningError.
        """
        if dry_run:
            return self._would_do(path)
        begun = self.begin(path, actor)
        return begun if isinstance(begun, ImportReport) else self.carry_out(begun, progress)

    def begin(self, path: Path, actor: Actor) -> Begun | ImportReport:
        """Checks the file and takes the turn to import; a report of its mistakes when it has any.

        Raises import_runs.RunningError.
        """
        checked = _read(path)
        if isinstance(checked, ImportReport):
            return checked
        return Begun(self.runs.begin(actor, len(checked)), checked, actor)

    def carry_out(self, begun: Begun, progress: Progress | None = None) -> ImportReport:
        """Vectors are computed before anything is written and written with the rows, so that nobody waits for them.

        Whatever goes wrong, nothing is written, and the run says so.
        """
        try:
            vectors = self._vectors(begun.records, self.runs.following(begun.run, progress))
            report = self._put(begun.records, vectors, begun)
        except BaseException:
            self.runs.fail(begun.run)
            raise
        if self._index and (report.added or report.updated):
            self._index.warm_up()
        return report

    def export_stations(self, path: Path) -> int:
        """How many stations were written; what was exported can be imported again."""
        with self._db.read() as session:
            return station_files.write(path, stations.records(session))

    def load_demo(self) -> int:
        """Fills an empty directory with the demo stations; how many were added (0 when there are stations).

        There is no undoing it: it comes back with the next start.
        """
        with self._db.read() as session:
            if stations.count(session):
                return 0
        records = _read(DEMO_FILE)
        assert isinstance(records, list)
        return self._put(records, self._vectors(records)).added

    def _would_do(self, path: Path) -> ImportReport:
        checked = _read(path)
        if isinstance(checked, ImportReport):
            return replace(checked, dry_run=True)
        with self._db.read() as session:
            return replace(_compared(session, checked).report, dry_run=True)

    def _vectors(
        self, records: Sequence[StationRecord], progress: Progress | None = None
    ) -> Mapping[str, stations.KeptVectors]:
        return self._index.new_vectors(records, progress) if self._index else {}

    def _put(
        self, records: list[StationRecord], vectors: Mapping[str, stations.KeptVectors], begun: Begun | None = None
    ) -> ImportReport:
        """What a begun import replaces is kept, so that it can be undone."""
        with self._db.begin() as session:
            lock_all_stations(session)
            found = _compared(session, records)
            societies, latest = (replaced.societies(session) if begun else {}), stations.latest_stamp(session)
            wanted = [(record, list[str]()) for record in found.new]
            wanted += [(record, change.columns) for record, change in found.changed]
            for start in range(0, len(wanted), PORTION):
                self._put_portion(session, wanted[start : start + PORTION], vectors, begun)
            if begun:
                changed = replaced.changes(societies, replaced.societies(session))
                stations.touch_of_societies(session, replaced.renamed(changed), self._clock(), until=latest)
                self._end(session, begun, found.report, changed)
        return found.report

    def _put_portion(
        self,
        session: Session,
        wanted: Sequence[tuple[StationRecord, list[str]]],
        vectors: Mapping[str, stations.KeptVectors],
        begun: Begun | None,
    ) -> None:
        ids = [record.station_id for record, _ in wanted]
        before = replaced.photographs(session, ids) if begun else {}
        for record, _ in wanted:
            stations.put(session, record, self._clock(), vectors.get(record.station_id))
        session.flush()
        after = replaced.photographs(session, ids) if begun else {}
        for record, columns in wanted if begun else []:
            key = record.station_id
            assert begun is not None
            replaced.keep(session, begun.run, before.get(key), after[key], key, columns)
        session.flush()
        session.expunge_all()

    def _end(self, session: Session, begun: Begun, report: ImportReport, societies: list[replaced.Values]) -> None:
        now = self._clock()
        counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
        values = {**counts, "state": "done", "slot": None, "societies": societies}
        if not directory_imports.move_on(session, begun.run, now, values):
            raise GivenUpError
        if report.added or report.updated:
            directory_imports.make_undoable(session, begun.run)
        subject = ("directory", "stations")
        record_in(session, now, begun.actor, "stations_imported", subject=subject, data=counts)


def _read(path: Path) -> list[StationRecord] | ImportReport:
    """The stations of the file, or its mistakes."""
    try:
        checked = station_rows.check(station_files.read(path))
    except station_files.FileError as error:
        return ImportReport(errors=[RowError(1, "", str(error))])
    if checked.errors:
        return ImportReport(errors=sorted(checked.errors, key=lambda one: one.row))
    return [record for _, record in checked.records]


def _compared(session: Session, records: list[StationRecord]) -> _Difference:
    known = {one.station_id: one for one in stations.named(session, [one.station_id for one in records])}
    new = [record for record in records if record.station_id not in known]
    changed = [
        (record, Change(record.station_id, record.name, columns))
        for record in records
        if record.station_id in known and (columns := _differing(known[record.station_id], record))
    ]
    report = ImportReport(
        added=len(new),
        updated=len(changed),
        unchanged=len(records) - len(new) - len(changed),
        changes=[change for _, change in changed],
        absent=stations.count(session) - len(known),
    )
    return _Difference(new, changed, report)


def _differing(old: StationRecord, new: StationRecord) -> list[str]:
    """Headings of what the file says otherwise."""
    before, after = _comparable(old), _comparable(new)
    keys = [key for key in KEYS if getattr(before, key) != getattr(after, key)]
    return [HEADINGS.get(key) or HEADINGS[f"{key}_{GROUPS[key][0]}"] for key in keys]


def _comparable(record: StationRecord) -> StationRecord:
    """With the liaisons in one order, and the society's level as the directory writes it."""
    society = dict(record.society)
    if society:
        society["level"] = SHORT_LEVELS.get(society.get("level", "市"), society.get("level", "市"))
    people = tuple(sorted(record.liaisons, key=lambda person: str(person["name"])))
    return replace(record, liaisons=people, society=society)
