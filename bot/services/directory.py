"""The directory of stations: import, export, and the demo directory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core.station import StationRecord
from bot.services import station_files, station_rows
from bot.services.shipped import DEMO_FILE
from bot.services.station_rows import RowError
from bot.services.vectors import Progress
from models import Database
from models.repositories import stations
from models.repositories.demands import lock_all_stations


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do; with errors nothing was written."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        return not self.errors


class DirectoryService:
    """Writes the directory; `index` brings the vectors up to date after a change (RoutingService.warm_up)."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        index: Callable[[Progress | None], Any] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._index = index

    def import_stations(self, path: Path, dry_run: bool = False, progress: Progress | None = None) -> ImportReport:
        """All rows in one transaction, or none when any row has a mistake; stations are known by station_id.

        Stations that the file does not name stay as they are.
        """
        try:
            checked = station_rows.check(station_files.read(path))
        except station_files.FileError as error:
            return ImportReport(errors=[RowError(1, "", str(error))], dry_run=dry_run)
        if checked.errors:
            errors = sorted(checked.errors, key=lambda one: one.row)
            return ImportReport(errors=errors, dry_run=dry_run)
        report = self._put([record for _, record in checked.records], dry_run)
        if self._index and not dry_run and (report.added or report.updated):
            self._index(progress)
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

    def _put(self, records: list[StationRecord], dry_run: bool) -> ImportReport:
        with self._db.begin() as session:
            known = {record.station_id: record for record in stations.records(session)}
            new = [record for record in records if record.station_id not in known]
            changed = [
                record
                for record in records
                if record.station_id in known and _comparable(record) != _comparable(known[record.station_id])
            ]
            if not dry_run:
                lock_all_stations(session)
                for record in (*new, *changed):
                    stations.put(session, record, self._clock())
        same = len(records) - len(new) - len(changed)
        return ImportReport(len(new), len(changed), same, dry_run=dry_run)


def _comparable(record: StationRecord) -> StationRecord:
    """With the liaisons in one order, and the society's level as the directory writes it."""
    society = dict(record.society)
    if society:
        society["level"] = station_rows.SHORT_LEVELS.get(society.get("level", "市"), society.get("level", "市"))
    people = tuple(sorted(record.liaisons, key=lambda person: str(person["name"])))
    return replace(record, liaisons=people, society=society)
