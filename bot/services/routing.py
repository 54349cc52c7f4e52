"""Finds the stations that fit a demand, over the database's directory."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.routing import Barred, Candidate, Routed, RouteQuery, Standing, bars
from bot.core.station import StationRecord
from bot.nlu.encoder import encoder
from bot.services import shipped, vectors
from bot.services.background import background
from bot.services.matching import Matcher
from bot.services.station_index import StationIndex
from bot.services.vectors import Encoders, Progress, StationVectors
from models import Database
from models.repositories import stations
from models.repositories.stations import StoredStation, Version

CHENGDU = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Explanation:
    """Why a station came up for a demand, or did not."""

    station_id: str
    rank: int | None
    """1 is the best; None when it is not on the short list."""
    candidate: Candidate | None
    barred: Barred | None
    """The hard rules that keep it out."""


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
        """ "Why (not) this station": its place on the short list, or the rules that bar it."""
        matcher = self._current()
        found = matcher.match(query, self._today(), self._open_cases)
        place = next((i for i, one in enumerate(found.stations) if one.station_id == station_id), None)
        candidate = None if place is None else found.stations[place]
        return Explanation(
            station_id, None if place is None else place + 1, candidate, self._barred(matcher, query, station_id)
        )

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

    def _barred(self, matcher: Matcher, query: RouteQuery, station_id: str) -> Barred | None:
        station = next((one for one in matcher.index.stations if one.station_id == station_id), None)
        if station is None:
            return None
        standing = Standing(station, self._open_cases([station]).get(station_id, 0))
        found = bars(standing, query, self._today())
        return Barred(station_id, station.name, found) if found else None
