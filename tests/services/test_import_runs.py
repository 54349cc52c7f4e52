"""Imports that begin in one moment: one is at work at a time, the others are told whose it is."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bot.services.audit import SYSTEM
from bot.services.import_runs import ImportRuns, RunningError
from models import Database
from tests.conftest import Clock

THREADS = 8
TIMES = 25


def test_of_imports_that_begin_in_one_moment_each_begins_or_is_told_of_another(
    database: Database, clock: Clock
) -> None:
    runs, start = ImportRuns(database, clock), Barrier(THREADS)

    def work() -> Counter[str]:
        start.wait()
        ends: Counter[str] = Counter()
        for _ in range(TIMES):
            try:
                run = runs.begin(SYSTEM, 1)
            except RunningError:
                ends["told"] += 1
            else:
                runs.fail(run)
                ends["begun"] += 1
        return ends

    with ThreadPoolExecutor(THREADS) as threads:
        ends = sum((done.result() for done in [threads.submit(work) for _ in range(THREADS)]), Counter[str]())
    assert ends["begun"] >= 1
    assert ends.total() == THREADS * TIMES
    assert runs.running() is None
