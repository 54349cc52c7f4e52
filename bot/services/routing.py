"""Finds the stations that fit a demand, over the database's directory."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.core.calendar import chengdu_date
from bot.core.routing import Routed, RouteQuery
from bot.core.station import StationRecord
from bot.nlu.encoder import encoder
from bot.services import explaining, shipped, vectors
from bot.services.background import background
from bot.services.explaining import Explanation, Preview
from bot.services.matching import Matcher
from bot.services.station_index import Entry, StationIndex
from bot.services.topic_table import TopicTable
from bot.services.vectors import Encoders, Progress, StationVectors
from models import Database
from models.repositories import stations
from models.repositories.stations import StoredStation, Version


def default_encoders() -> Encoders:
    """The process's e5 and USE, or characters where they cannot load."""
    return Encoders(encoder("e5"), encoder("use"))


OVERLAP = timedelta(minutes=10)
"""Of what is read again: a change may be stamped before another and stored after it."""
PORTION = 1000
"""Stations read, and their vectors computed and kept, in one go."""


class RoutingService:
    """Keeps the directory's vectors in memory and follows its changes, also those of other processes."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        encoders: Callable[[], Encoders] = default_encoders,
        cache_dir: Path | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._make_encoders = encoders
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._encoders: Encoders | None = None
        self._version: Version | None = None
        self._stamps: dict[int, datetime] = {}
        self._ids: dict[int, str] = {}
        self._pks: dict[str, int] = {}
        self._matcher: Matcher | None = None

    def route(self, query: RouteQuery) -> Routed:
        """The short list and whether it goes out by itself; whatever is unclear is for staff, with the reason."""
        return self._current().match(query, self._today(), self._open_cases)

    def explain(self, query: RouteQuery, station_id: str) -> Explanation:
        """ "Why (not) this station": its place, what it lacks beside the first, or the rules that bar it."""
        matcher, today = self._current(), self._today()
        routed = matcher.match(query, today, self._open_cases)
        ranked, guess = matcher.survey(query, today, self._open_cases, station_id)
        return explaining.explanation(station_id, routed, ranked, query, guess, today)

    def preview(self, query: RouteQuery) -> Preview:
        """The decision, who takes turns, and who would have come up but for a hard rule."""
        matcher, today = self._current(), self._today()
        routed = matcher.match(query, today, self._open_cases)
        ranked, _ = matcher.survey(query, today, self._open_cases)
        return explaining.preview(routed, ranked, query, today)

    def warm_up(self, progress: Progress | None = None) -> None:
        """Loads the encoders and computes the vectors that are missing."""
        matcher = self._current(progress)
        matcher.match(RouteQuery("设备振动异常，想请专家诊断"), self._today(), self._open_cases)

    def new_vectors(
        self, records: Sequence[StationRecord], progress: Progress | None = None
    ) -> dict[str, stations.KeptVectors]:
        """Vectors of the stations whose text is not the one in the directory, by station_id; nothing is written."""
        with self._lock:
            self._encoders = encoders = self._encoders or self._make_encoders()
        hashes = {record.station_id: encoders.text_hash(record) for record in records}
        with self._db.read() as session:
            known = stations.text_hashes(session, list(hashes))
        stale = [record for record in records if known.get(record.station_id) != hashes[record.station_id]]
        topics = self._matcher.index.topics if self._matcher else None
        fresh = shipped.of_stations(encoders, stale, progress, topics)
        return {
            record.station_id: (hashes[record.station_id], one.stored())
            for record, one in zip(stale, fresh, strict=True)
        }

    def _today(self) -> date:
        return chengdu_date(self._clock())

    def _current(self, progress: Progress | None = None) -> Matcher:
        with self._lock:
            with self._db.look() as at:
                version = stations.directory_version(at)
            if self._matcher is None or version != self._version:
                self._refresh(progress)
                self._version = version
            assert self._matcher is not None
            return self._matcher

    def _refresh(self, progress: Progress | None) -> None:
        """Reads the rows that changed, computes vectors where the text changed, and keeps them."""
        if self._encoders is None:
            self._encoders = self._make_encoders()
        now, gone = self._read_stamps()
        changed = [pk for pk, at in now.items() if self._stamps.get(pk) != at]
        matcher = self._matcher
        index = matcher.index if matcher else _empty(self._encoders)
        entries = self._entries(self._encoders, index, changed, progress)
        index = index.changed({self._ids[pk] for pk in gone}, entries)
        self._stamps |= now
        for pk in gone:
            self._pks.pop(self._ids.pop(pk), None)
            del self._stamps[pk]
        self._pks |= {self._ids[pk]: pk for pk in changed}
        self._matcher = Matcher(index, self._encoders, background(self._encoders, self._cache_dir), matcher)

    def _read_stamps(self) -> tuple[dict[int, datetime], set[int]]:
        """Stations that may have changed with their stamps, and those that are gone.

        Stamps rise (models.repositories.stations), so only late ones are read, while none is missing.
        """
        with self._db.read() as session:
            if self._stamps:
                late = stations.stamps(session, max(self._stamps.values()) - OVERLAP)
                added = sum(pk not in self._stamps for pk in late)
                if stations.count(session) == len(self._stamps) + added:
                    return late, set()
            every = stations.stamps(session)
        return every, set(self._stamps.keys() - every.keys())

    def _entries(
        self, encoders: Encoders, index: StationIndex, pks: Sequence[int], progress: Progress | None
    ) -> list[Entry]:
        """The stations of these keys with their vectors, a portion at a time: what was computed is kept at once."""
        found: list[Entry] = []
        for start in range(0, len(pks), PORTION):
            with self._db.read() as session:
                rows = list(stations.stored(session, pks[start : start + PORTION]))
            computed = self._vectors(encoders, rows, index, _onward(progress, start, len(pks)))
            found += index.entries([row.record for row in rows], computed)
            self._ids |= {row.pk: row.record.station_id for row in rows}
        return found

    def _vectors(
        self, encoders: Encoders, rows: Sequence[StoredStation], index: StationIndex, progress: Progress | None
    ) -> list[StationVectors]:
        found: dict[int, StationVectors] = {}
        stale: list[StoredStation] = []
        for row in rows:
            usable = row.vectors is not None and row.text_hash == encoders.text_hash(row.record)
            if usable and row.vectors is not None:
                found[row.pk] = vectors.restored(row.vectors, encoders.width)
            else:
                stale.append(row)
        fresh = shipped.of_stations(encoders, [row.record for row in stale], progress, index.topics)
        self._keep(encoders, stale, fresh)
        found |= {row.pk: one for row, one in zip(stale, fresh, strict=True)}
        return [found[row.pk] for row in rows]

    def _keep(self, encoders: Encoders, rows: Sequence[StoredStation], fresh: Sequence[StationVectors]) -> None:
        if not rows:
            return
        with self._db.begin() as session:
            stations.save_vectors(
                session,
                {row.pk: (encoders.text_hash(row.record), one.stored()) for row, one in zip(rows, fresh, strict=True)},
            )

    def _open_cases(self, wanted: list[StationRecord]) -> dict[str, int]:
        pks = {self._pks[station.station_id]: station.station_id for station in wanted}
        with self._db.look() as at:
            found = stations.open_cases(at, list(pks) if len(pks) < PORTION else None)
            return {pks[pk]: count for pk, count in found.items() if pk in pks}


def _empty(encoders: Encoders) -> StationIndex:
    return StationIndex([], [], encoders.e5.dimensions, TopicTable(encoders.width))


def _onward(progress: Progress | None, done: int, all_: int) -> Progress | None:
    """For a portion of the whole."""
    return (lambda part, _: progress(done + part, all_)) if progress else None
