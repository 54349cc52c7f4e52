"""人才库 and 成果库: import, export, changes by hand, and what is proposed for a demand."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.core.ranking import Evidence
from bot.core.routing import RouteQuery
from bot.core.talent import Kind, Proposal, TalentRecord, chosen, sure, topics_met
from bot.services import audit, talent_files, talent_rows, vectors
from bot.services.background import background
from bot.services.directory import ImportReport
from bot.services.matching import Matcher
from bot.services.shipped import of_stations
from bot.services.station_cells import RowError
from bot.services.station_files import FileError
from bot.services.station_index import StationIndex
from bot.services.vectors import Encoders, Progress, StationVectors
from models import Database
from models.repositories import talent as stored

DATA = Path(__file__).parent / "data"
DEMO_FILES = {Kind.EXPERT: DATA / "experts_demo.jsonl", Kind.RESULT: DATA / "results_demo.jsonl"}


class ChangedMeanwhileError(Exception):
    """Somebody else changed the entry since it was shown."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class CodeTakenError(Exception):
    """A new entry has the code of another one."""


@dataclass
class _Kept:
    """What is in memory of one kind."""

    version: stored.Version | None = None
    rows: dict[int, tuple[datetime, TalentRecord, StationVectors]] | None = None
    matcher: Matcher | None = None
    records: dict[str, TalentRecord] | None = None


class TalentService:
    """Follows changes of other processes; vectors are kept with the rows and only changed ones computed again."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        encoders: Callable[[], Encoders],
        today: Callable[[], date],
        cache_dir: Path | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._make_encoders = encoders
        self._today = today
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._encoders: Encoders | None = None
        self._kept = {kind: _Kept() for kind in Kind}

    def propose(
        self, kind: Kind, query: RouteQuery, society: str | None = None, *, only_sure: bool = False
    ) -> list[Proposal]:
        """Up to three for the demand, best first; those of `society` a little before their equals.

        `only_sure`: the one or two that a message may name unasked, most often none. An empty base loads no encoders.
        """
        with self._db.read() as session:
            if stored.version(session, kind)[0] == 0:
                return []
        matcher, records = self._current(kind)
        ranked, guess = matcher.survey(replace(query, district=None), self._today(), lambda _: {})
        near = chosen(ranked, guess, society)
        kept = sure(near, guess) if only_sure else near
        return [_proposal(records, one.evidence, reasons) for one, reasons in kept]

    def warm_up(self, progress: Progress | None = None) -> None:
        """Loads the encoders and computes the vectors that are missing."""
        for kind in Kind:
            self._current(kind, progress)

    def import_file(
        self, kind: Kind, path: Path, actor: audit.Actor, *, dry_run: bool = False, progress: Progress | None = None
    ) -> ImportReport:
        """All rows in one transaction, or none when any row has a mistake; entries are known by their code."""
        try:
            checked = talent_rows.check(talent_files.read(path, kind), kind)
        except FileError as error:
            return ImportReport(errors=[RowError(1, "", str(error))], dry_run=dry_run)
        if checked.errors:
            return ImportReport(errors=sorted(checked.errors, key=lambda one: one.row), dry_run=dry_run)
        report = self._put(kind, checked.records, actor, dry_run)
        if not dry_run and (report.added or report.updated):
            self._current(kind, progress)
        return report

    def export_file(self, kind: Kind, path: Path) -> int:
        """How many were written; what was exported can be imported again."""
        with self._db.read() as session:
            return talent_files.write(path, kind, stored.records(session, kind))

    def load_demo(self) -> int:
        """Fills empty bases with samples that say so; how many were added."""
        added = 0
        for kind, path in DEMO_FILES.items():
            with self._db.read() as session:
                empty = stored.version(session, kind)[0] == 0
            added += self.import_file(kind, path, audit.SYSTEM).added if empty else 0
        return added

    def save(self, record: TalentRecord, version: int, actor: audit.Actor, reason: str) -> None:
        """A change by hand; `version` 0 adds. Raises CodeTakenError, ChangedMeanwhileError; the first of two wins."""
        now = self._clock()
        with self._db.begin() as session:
            row = stored.locked(session, record.kind, record.code)
            if row is not None and version == 0:
                raise CodeTakenError
            if row is not None and row.version != version:
                raise ChangedMeanwhileError(row.changed_by or "")
            before = stored.record_of(row) if row is not None else None
            if before == record:
                return
            stored.put(session, record, now, actor.name, row)
            action = f"{record.kind}_{'added' if before is None else 'changed'}"
            changed = [key for key in talent_files.ORDER if before and getattr(before, key) != getattr(record, key)]
            subject = (record.kind.value, record.code)
            audit.record_in(session, now, actor, action, subject=subject, reason=reason, data={"changed": changed})

    def _put(self, kind: Kind, records: list[TalentRecord], actor: audit.Actor, dry_run: bool) -> ImportReport:
        now = self._clock()
        with self._db.begin() as session:
            known = stored.by_codes(session, kind, [one.code for one in records])
            new = [one for one in records if one.code not in known]
            changed = [one for one in records if one.code in known and stored.record_of(known[one.code]) != one]
            report = ImportReport(len(new), len(changed), len(records) - len(new) - len(changed), dry_run=dry_run)
            if dry_run:
                return report
            for record in (*new, *changed):
                stored.put(session, record, now, actor.name, known.get(record.code))
            counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
            audit.record_in(session, now, actor, f"{kind}s_imported", subject=("talent", kind.value), data=counts)
        return report

    def _current(self, kind: Kind, progress: Progress | None = None) -> tuple[Matcher, dict[str, TalentRecord]]:
        kept = self._kept[kind]
        with self._lock:
            with self._db.read() as session:
                version = stored.version(session, kind)
            if kept.matcher is None or kept.version != version:
                self._refresh(kind, kept, progress)
                kept.version = version
            assert kept.matcher is not None
            assert kept.records is not None
            return kept.matcher, kept.records

    def _refresh(self, kind: Kind, kept: _Kept, progress: Progress | None) -> None:
        """Reads the rows that changed, computes vectors where the text changed, and keeps them."""
        encoders = self._encoders = self._encoders or self._make_encoders()
        rows = kept.rows or {}
        with self._db.read() as session:
            now = stored.stamps(session, kind)
            changed = list(
                stored.stored(session, [pk for pk, at in now.items() if pk not in rows or rows[pk][0] != at])
            )
        rows = {pk: row for pk, row in rows.items() if pk in now}
        for row, found in zip(changed, self._vectors(encoders, changed, progress), strict=True):
            rows[row.pk] = (row.updated_at, row.record, found)
        ordered = sorted(rows.values(), key=lambda one: one[1].code)
        kept.rows, kept.records = rows, {record.code: record for _, record, _ in ordered}
        index = StationIndex(
            [record.as_station() for _, record, _ in ordered],
            [found for _, _, found in ordered],
            encoders.e5.dimensions,
        )
        kept.matcher = Matcher(index, encoders, background(encoders, self._cache_dir))

    def _vectors(
        self, encoders: Encoders, rows: list[stored.StoredTalent], progress: Progress | None
    ) -> list[StationVectors]:
        hashes = {row.pk: encoders.text_hash(row.record.as_station()) for row in rows}
        found = {
            row.pk: vectors.restored(row.vectors, encoders.width)
            for row in rows
            if row.vectors is not None and row.text_hash == hashes[row.pk]
        }
        stale = [row for row in rows if row.pk not in found]
        fresh = of_stations(encoders, [row.record.as_station() for row in stale], progress)
        found |= {row.pk: one for row, one in zip(stale, fresh, strict=True)}
        if stale:
            with self._db.begin() as session:
                stored.save_vectors(session, {row.pk: (hashes[row.pk], found[row.pk].stored()) for row in stale})
        return [found[row.pk] for row in rows]


def _proposal(records: dict[str, TalentRecord], evidence: Evidence, reasons: list[str]) -> Proposal:
    one, topics = records[evidence.standing.station.station_id], topics_met(evidence)
    return Proposal(one.code, one.name, one.grade, one.unit, one.society, reasons, one.demo, topics)
