"""The directory of stations: import, export, and the demo directory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.core.station import KEYS, StationRecord
from bot.services import station_files, station_rows
from bot.services.shipped import DEMO_FILE
from bot.services.station_columns import GROUPS, HEADINGS
from bot.services.station_rows import RowError
from bot.services.vectors import Progress
from models import Database
from models.repositories import stations
from models.repositories.demands import lock_all_stations


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

    def import_stations(self, path: Path, dry_run: bool = False, progress: Progress | None = None) -> ImportReport:
        """All rows in one transaction, or none when any row has a mistake; stations are known by station_id.

        Stations that the file does not name stay as they are. Vectors are computed before anything is written and
        written with the rows, so that no other process has to stop for them.
        """
        try:
            checked = station_rows.check(station_files.read(path))
        except station_files.FileError as error:
            return ImportReport(errors=[RowError(1, "", str(error))], dry_run=dry_run)
        if checked.errors:
            errors = sorted(checked.errors, key=lambda one: one.row)
            return ImportReport(errors=errors, dry_run=dry_run)
        records = [record for _, record in checked.records]
        vectors = self._index.new_vectors(records, progress) if self._index and not dry_run else {}
        report = self._put(records, vectors, dry_run)
        if self._index and not dry_run and (report.added or report.updated):
            self._index.warm_up()
        return report

    def export_stations(self, path: Path) -> int:
        """How many stations were written; what was exported can be imported again."""
        with self._db.read() as session:
            return station_files.write(path, stations.records(session))

    def load_demo(self) -> int:
        """Fills an empty directory with the demo stations; how many were added (0 when there are stations)."""
        with self._db.read() as session:
            if stations.count(session):
                return 0
        return self.import_stations(DEMO_FILE).added

    def _put(
        self, records: list[StationRecord], vectors: Mapping[str, stations.KeptVectors], dry_run: bool
    ) -> ImportReport:
        with self._db.begin() as session:
            known = {one.station_id: one for one in stations.named(session, [one.station_id for one in records])}
            new = [record for record in records if record.station_id not in known]
            changes = [
                (record, Change(record.station_id, record.name, columns))
                for record in records
                if record.station_id in known and (columns := _differing(known[record.station_id], record))
            ]
            absent = stations.count(session) - len(known)
            if not dry_run:
                lock_all_stations(session)
                for record in (*new, *(record for record, _ in changes)):
                    stations.put(session, record, self._clock(), vectors.get(record.station_id))
        same = len(records) - len(new) - len(changes)
        told = [change for _, change in changes]
        return ImportReport(len(new), len(changes), same, dry_run=dry_run, changes=told, absent=absent)


def _differing(old: StationRecord, new: StationRecord) -> list[str]:
    """Headings of what the file says otherwise."""
    before, after = _comparable(old), _comparable(new)
    keys = [key for key in KEYS if getattr(before, key) != getattr(after, key)]
    return [HEADINGS.get(key) or HEADINGS[f"{key}_{GROUPS[key][0]}"] for key in keys]


def _comparable(record: StationRecord) -> StationRecord:
    """With the liaisons in one order, and the society's level as the directory writes it."""
    society = dict(record.society)
    if society:
        society["level"] = station_rows.SHORT_LEVELS.get(society.get("level", "市"), society.get("level", "市"))
    people = tuple(sorted(record.liaisons, key=lambda person: str(person["name"])))
    return replace(record, liaisons=people, society=society)
