"""Finds the stations that fit a demand, over the database's directory."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.routing import Routed, RouteQuery
from bot.core.station import StationRecord
from bot.nlu.encoder import encoder
from bot.services import explaining, shipped, vectors
from bot.services.background import background
from bot.services.explaining import Explanation, Preview
from bot.services.matching import Matcher
from bot.services.station_index import StationIndex
from bot.services.vectors import Encoders, Progress, StationVectors
from models import Database
from models.repositories import stations
from models.repositories.stations import StoredStation, Version

CHENGDU = ZoneInfo("Asia/Shanghai")


def default_encoders() -> Encoders:
    """The process's e5 and USE, or characters where they cannot load."""
    return Encoders(encoder("e5"), encoder("use"))


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
        self._rows: dict[int, tuple[StoredStation, StationVectors]] = {}
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

    def _today(self) -> date:
        return self._clock().astimezone(CHENGDU).date()

    def _current(self, progress: Progress | None = None) -> Matcher:
        with self._lock:
            with self._db.read() as session:
                version = stations.directory_version(session)
            if self._matcher is None or version != self._version:
                self._refresh(progress)
                self._version = version
            assert self._matcher is not None
            return self._matcher

    def _refresh(self, progress: Progress | None) -> None:
        """Reads the rows that changed, computes vectors where the text changed, and keeps them."""
        if self._encoders is None:
            self._encoders = self._make_encoders()
        with self._db.read() as session:
            now = stations.stamps(session)
            known = {pk: row.updated_at for pk, (row, _) in self._rows.items()}
            changed = list(stations.stored(session, [pk for pk, at in now.items() if known.get(pk) != at]))
        self._rows = {pk: row for pk, row in self._rows.items() if pk in now}
        for row, found in zip(changed, self._vectors(self._encoders, changed, progress), strict=True):
            self._rows[row.pk] = (row, found)
        ordered = sorted(self._rows.values(), key=lambda pair: pair[0].record.station_id)
        self._pks = {row.record.station_id: row.pk for row, _ in ordered}
        index = StationIndex(
            [row.record for row, _ in ordered], [found for _, found in ordered], self._encoders.e5.dimensions
        )
        self._matcher = Matcher(index, self._encoders, background(self._encoders, self._cache_dir))

    def _vectors(
        self, encoders: Encoders, rows: Sequence[StoredStation], progress: Progress | None
    ) -> list[StationVectors]:
        found: dict[int, StationVectors] = {}
        stale: list[StoredStation] = []
        for row in rows:
            usable = row.vectors is not None and row.text_hash == encoders.text_hash(row.record)
            if usable and row.vectors is not None:
                found[row.pk] = vectors.restored(row.vectors, encoders.width)
            else:
                stale.append(row)
        fresh = shipped.of_stations(encoders, [row.record for row in stale], progress)
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
        with self._db.read() as session:
            return {pks[pk]: count for pk, count in stations.open_cases(session, list(pks)).items()}
