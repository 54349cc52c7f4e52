"""Vectors that come with the product, so that a first start does not compute them.

They are taken only where encoder and text are the same as when they were made. After a change of the demo
directory or of the field tables: `python -m bot.services.shipped`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.core import taxonomy
from bot.core.station import StationRecord
from bot.services import station_files, station_rows, vectors
from bot.services.vectors import Encoders, Matrix, Progress, StationVectors, Vocabulary

DEMO_FILE = Path(__file__).parent / "data" / "stations_demo.jsonl"
FILE = Path(__file__).parent / "data" / "vectors.npz"
TALENT_FILE = Path(__file__).parent / "data" / "vectors_talent.npz"


def of_stations(
    encoders: Encoders,
    stations: Sequence[StationRecord],
    progress: Progress | None = None,
    topics: Vocabulary | None = None,
) -> list[StationVectors]:
    """Vectors of all stations, in order; only what is neither shipped nor in `topics` is computed."""
    known = ready()
    found = {place: known.get(encoders.text_hash(station)) for place, station in enumerate(stations)}
    missing = [place for place, rows in found.items() if rows is None]
    fresh = vectors.of_stations(encoders, [stations[place] for place in missing], progress, topics)
    computed = dict(zip(missing, fresh, strict=True))
    return [
        computed[place] if rows is None else StationVectors(rows.astype(np.float32)) for place, rows in found.items()
    ]


def subjects() -> list[StationRecord]:
    """The groups of bot.core.taxonomy as if they were stations."""
    return [
        StationRecord(str(place), group.name, keywords=group.phrases)
        for place, group in enumerate(taxonomy.field_groups())
    ]


@cache
def ready() -> Mapping[str, Matrix]:
    """Text hash → rows in half precision; without those of a file that is missing."""
    return {**_read(TALENT_FILE), **_read(FILE)}


def _read(path: Path) -> dict[str, Matrix]:
    try:
        with np.load(path, allow_pickle=False) as file:
            hashes, rows, starts = file["hashes"], file["rows"], file["starts"]
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): rows[start:end] for name, (start, end) in zip(hashes, pairwise(starts), strict=True)}


def make(encoders: Encoders, path: Path = FILE, progress: Progress | None = None) -> int:
    """Writes the vectors of the demo directory and the subjects; how many."""
    checked = station_rows.check(station_files.read(DEMO_FILE))
    return _write(encoders, path, [*(record for _, record in checked.records), *subjects()], progress)


def make_talent(encoders: Encoders, path: Path = TALENT_FILE, progress: Progress | None = None) -> int:
    """Writes the vectors of the sample experts and results; how many."""
    return _write(encoders, path, samples(), progress)


def samples() -> list[StationRecord]:
    """The sample experts and results as if they were stations."""
    from bot.services import talent, talent_files, talent_rows

    checked = [talent_rows.check(talent_files.read(file, kind), kind) for kind, file in talent.DEMO_FILES.items()]
    return [one.as_station() for part in checked for one in part.records]


def _write(encoders: Encoders, path: Path, wanted: list[StationRecord], progress: Progress | None) -> int:
    found = vectors.of_stations(encoders, wanted, progress)
    np.savez_compressed(
        path,
        hashes=np.array([encoders.text_hash(one) for one in wanted]),
        rows=np.concatenate([one.rows for one in found]).astype("<f2"),
        starts=np.cumsum([0, *(len(one.rows) for one in found)]),
    )
    return len(wanted)


if __name__ == "__main__":
    from bot.services.routing import default_encoders

    for part in (make, make_talent):
        part(default_encoders(), progress=lambda done, all_: print(f"{done}/{all_}"))
