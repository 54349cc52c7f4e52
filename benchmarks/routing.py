"""Time and memory of routing over a real directory in SQLite, beside the plain ways on the same stations and demands.

python -m benchmarks.routing [stations …]      a process and a JSON line for each size (100, 10000, 100000)
python -m benchmarks.routing --import 1000     how long an import of so many stations takes

The plain ways: BM25 over jieba words, and e5 alone compared with every station in full precision.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import bm25, stations_made
from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.runtime import quiet
from bot.services import station_files, vectors
from bot.services.directory import DirectoryService
from bot.services.routing import RoutingService, default_encoders
from models import Database
from models.repositories import stations

SIZES = (100, 10_000, 100_000)
DEMANDS = Path(__file__).parents[1] / "tests" / "data" / "routing_kept.jsonl"
"""Written as enterprises write: 17 characters in the middle, 24 in the long ones."""
Answer = Callable[[str], Any]


def milliseconds(answer: Answer, sign: str = "") -> list[float]:
    """Every demand once; `sign` makes it new to the encoders' cache."""
    answer("预热一次，找专家看看设备振动")
    return [1000 * _seconds(lambda text=text: answer(text + sign)) for text in demands()]  # type: ignore[misc]


@cache
def demands() -> list[str]:
    return [json.loads(line)["text"] for line in DEMANDS.read_text("utf-8").splitlines()]


def measure(size: int, folder: Path) -> dict[str, Any]:
    """Start, memory, routes and changes of one directory in this process."""
    filling = get_context("spawn").Process(target=stations_made.fill, args=(folder / "bench.db", size))
    filling.start()
    filling.join()
    db = stations_made.opened(folder / "bench.db")
    routing, before = RoutingService(db, _now), _resident()
    default_encoders().rows(["热身"], "query")
    encoders = _resident()
    start = _seconds(routing.warm_up)
    after = _resident()
    routed = milliseconds(lambda text: routing.route(RouteQuery(text, district="郫都区")))
    status, text = _change(db, routing, status="暂停"), _change(db, routing, keywords=("从未有过的新主题",))
    with db.read() as session:
        kept = list(stations.stored(session, stations.stamps(session)))
    words = milliseconds(bm25.over([one.record for one in kept]))
    flat = milliseconds(_flat([one.vectors or b"" for one in kept]), "。")
    db.close()
    return {
        "stations": size,
        "p50_ms": round(statistics.median(routed), 1),
        "p95_ms": round(statistics.quantiles(routed, n=20)[-1], 1),
        "bm25_p50_ms": round(statistics.median(words), 1),
        "times_bm25": round(statistics.median(routed) / statistics.median(words), 1),
        "flat_e5_p50_ms": round(statistics.median(flat), 1),
        "times_flat_e5": round(statistics.median(routed) / statistics.median(flat), 1),
        "start_s": round(start, 2),
        "status_changed_s": round(status, 2),
        "text_changed_s": round(text, 2),
        "memory_mb": after,
        "of_it_encoders_mb": encoders - before,
        "of_it_directory_mb": after - encoders,
    }


def measure_import(count: int, folder: Path) -> dict[str, Any]:
    """Stations from a file into an empty directory: such as the samples, and such that cost the most.

    Beside them encoding the texts of as many costly ones alone.
    """
    encoders = default_encoders()
    encoders.rows(["热身"], "query")
    usual = _imported(stations_made.usual(count), folder / "usual")
    most = _imported(stations_made.different(count), folder / "most")
    others = stations_made.different(count, leaving=count)
    texts = list(dict.fromkeys(text for one in others for text in (one.profile, *one.topics)))
    alone = _seconds(lambda: [encoders.rows(texts[i : i + 64], "passage") for i in range(0, len(texts), 64)])
    return {
        "imported": count,
        "usual_s": round(usual, 1),
        "at_most_s": round(most, 1),
        "texts_of_at_most": len(texts),
        "encoding_these_alone_s": round(alone, 1),
        "times_encoding": round(most / alone, 2),
    }


def _imported(records: Sequence[StationRecord], folder: Path) -> float:
    """Seconds."""
    folder.mkdir()
    file, db = folder / "stations.jsonl", stations_made.opened(folder / "import.db")
    station_files.write(file, iter(records))
    took = _seconds(lambda: DirectoryService(db, _now, RoutingService(db, _now)).import_stations(file, False, _bar))
    db.close()
    return took


def _flat(stored: Sequence[bytes]) -> Answer:
    """e5 alone, every whole text in single precision."""
    encoders = default_encoders()
    width = encoders.e5.dimensions
    rows = np.stack([vectors.restored(one, encoders.width).profile[:width] for one in stored]).astype(np.float32)
    return lambda text: np.argsort(-(rows @ encoders.e5.encode([text], "query")[0]), kind="stable")[:5]


def _change(db: Database, routing: RoutingService, **changes: Any) -> float:
    """Seconds until a demand is routed by a directory in which one station has changed."""
    query = RouteQuery(demands()[0])
    routing.route(query)
    with db.begin() as session:
        record = next(stations.records(session))
        stations.put(session, replace(record, **changes), _now())
    return _seconds(lambda: routing.route(query))


def _seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _resident() -> int:
    """MB."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) // 1024


def _now() -> datetime:
    return datetime.now(UTC)


def _bar(done: int, total: int) -> None:
    print(f"\r{done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)


def main(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="stations")
    parser.add_argument("--import", dest="imported", type=int, help="stations to import")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(given)
    if not asked.here:
        return _apart([["--import", asked.imported]] if asked.imported else [[size] for size in asked.sizes])
    with tempfile.TemporaryDirectory() as folder:
        place, many = Path(folder), asked.imported
        found = measure_import(many, place) if many else measure(asked.sizes[0], place)
    print(json.dumps(found, ensure_ascii=False), flush=True)
    return 0


def _apart(every: Sequence[Sequence[Any]]) -> int:
    """Each in a process of its own, with the environment that the product's processes have."""
    quiet.environment()
    commands = [[sys.executable, "-m", "benchmarks.routing", "--here", *map(str, one)] for one in every]
    return max(subprocess.run(command, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
