"""Undoing the last import of the directory: all of it, or nothing with the reasons."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.services.audit import Actor, record_in
from bot.services.directory import PORTION, Change
from bot.services.import_runs import ImportRuns, Run
from models import Database, ReplacedStation, Session
from models.repositories import directory_imports, replaced, station_uses, stations
from models.repositories.demands import lock_all_stations
from models.repositories.replaced import Photograph


@dataclass(frozen=True)
class Obstacle:
    """A station (or society, without an id) that cannot go back, and why."""

    station_id: str
    name: str
    reason: str


@dataclass
class UndoPlan:
    """What an undo does; with obstacles it does nothing."""

    run: Run
    restored: list[Change] = field(default_factory=list)
    """Changed stations, with the columns that get their old values."""
    removed: list[Change] = field(default_factory=list)
    """New stations."""
    obstacles: list[Obstacle] = field(default_factory=list)


class UndoError(Exception):
    """There is nothing to undo, or not now; the message says why."""


class DirectoryUndo:
    """Puts back what the last import replaced."""

    def __init__(self, db: Database, clock: Callable[[], datetime], runs: ImportRuns) -> None:
        self._db = db
        self._clock = clock
        self._runs = runs

    def plan(self) -> UndoPlan:
        """What an undo would do now. Raises UndoError."""
        run = self._last()
        with self._db.read() as session:
            return self._planned(session, run)

    def carry_out(self, run: int, actor: Actor) -> UndoPlan:
        """Undoes this import in one transaction, if it is still the last; nothing with obstacles. Raises UndoError."""
        last = self._last()
        if last.id != run:
            raise UndoError(texts()["other"])
        with self._db.begin() as session:
            lock_all_stations(session)
            plan = self._planned(session, last)
            if not plan.obstacles:
                self._put_back(session, plan, actor)
            return plan

    def _last(self) -> Run:
        if self._runs.running():
            raise UndoError(texts()["running"])
        last = self._runs.undoable()
        if last is None:
            raise UndoError(texts()["nothing"])
        return last

    def _planned(self, session: Session, run: Run) -> UndoPlan:
        row = directory_imports.find(session, run.id)
        if row is None or not row.undoable:
            raise UndoError(texts()["other"])
        plan = UndoPlan(run)
        for portion in replaced.kept(session, run.id, PORTION):
            for old in portion:
                change = Change(old.station_id, old.name, old.columns)
                (plan.removed if old.before is None else plan.restored).append(change)
            plan.obstacles += self._obstacles(session, portion)
        plan.obstacles += _society_obstacles(session, row.societies)
        return plan

    def _obstacles(self, session: Session, portion: Sequence[ReplacedStation]) -> Iterator[Obstacle]:
        ids = [old.station_id for old in portion]
        now = replaced.photographs(session, ids)
        new = [old.station_id for old in portion if old.before is None]
        cases = station_uses.with_cases(session, new, self._clock())
        accounts = station_uses.with_accounts(session, "liaison", new)
        at_work = station_uses.liaisons_at_work(session, sorted(set().union(*(_added(old, now) for old in portion))))
        for old in portion:
            photograph = now.get(old.station_id)
            if old.station_id in cases:
                yield _obstacle(old, "cases")
            elif old.station_id in accounts:
                yield _obstacle(old, "account")
            elif photograph is None:
                yield _obstacle(old, "gone")
            elif photograph.fingerprint != old.after:
                yield _obstacle(old, "changed")
            elif _added(old, now) & at_work:
                yield _obstacle(old, "liaison")

    def _put_back(self, session: Session, plan: UndoPlan, actor: Actor) -> None:
        now, run = self._clock(), plan.run.id
        for portion in replaced.kept(session, run, PORTION):
            stations.remove(session, [old.station_id for old in portion if old.before is None], now)
            for old in portion:
                if old.before is not None:
                    replaced.put_back(session, old, now)
        societies = directory_imports.societies(session, run)
        replaced.put_societies_back(session, societies)
        stations.touch_of_societies(session, replaced.renamed(societies), now)
        directory_imports.undone(session, run, now, actor.name)
        counts = {"removed": len(plan.removed), "restored": len(plan.restored)}
        record_in(session, now, actor, "stations_undone", subject=("directory", "stations"), data=counts)


@cache
def texts() -> dict[str, str]:
    """Why an import cannot be undone."""
    path = Path(__file__).parent / "data" / "directory_undo.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _obstacle(old: ReplacedStation, reason: str) -> Obstacle:
    return Obstacle(old.station_id, old.name, texts()[reason])


def _added(old: ReplacedStation, now: dict[str, Photograph]) -> set[int]:
    """Liaisons that the import added."""
    photograph = now.get(old.station_id)
    before = {person["id"] for person in old.before["liaisons"]} if old.before else set()
    return photograph.people - before if photograph else set()


def _society_obstacles(session: Session, changed: Sequence[replaced.Values]) -> Iterator[Obstacle]:
    now, taken = replaced.societies(session), replaced.taken(session, changed)
    new = [one["after"]["name"] for one in changed if (one["before"] or {}).get("name") != one["after"]["name"]]
    accounts = station_uses.with_accounts(session, "society", new)
    for one in changed:
        name = one["after"]["name"]
        if name in accounts:
            yield Obstacle("", name, texts()["account"])
        elif one["before"] is not None and now.get(one["id"]) != one["after"]:
            yield Obstacle("", name, texts()["society"])
        elif one["id"] in taken:
            yield Obstacle("", name, texts()["taken"])
