"""`zhuli route`: demands as JSON lines in, short lists as JSON lines out."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from bot.core.routing import Routed, RouteQuery
from bot.core.station import StationRecord
from bot.services import station_files, station_rows
from bot.services.background import background, kept
from bot.services.matching import Matcher
from bot.services.routing import default_encoders
from bot.services.station_index import StationIndex
from bot.services.vectors import Encoders

Route = Callable[[RouteQuery], Routed]
MAX_LINE = 100_000
"""Characters."""
_TEXTS = ("title", "category", "district")


class StationsFileError(Exception):
    """The directory file has mistakes; the message lists them by row."""


def route_lines(in_stream: Iterable[str], out_stream: TextIO, route: Route) -> None:
    """One answer a line, in order; a line that cannot be read is answered with {"id", "error"}."""
    for number, line in enumerate(in_stream, start=1):
        if line.strip():
            out_stream.write(json.dumps(_answer(line, number, route), ensure_ascii=False) + "\n")
            out_stream.flush()


def file_route(
    path: Path,
    cache_dir: Path | None,
    today: Callable[[], date],
    make_encoders: Callable[[], Encoders] = default_encoders,
) -> Route:
    """Routing over a directory file, without a database; vectors are kept under `cache_dir`.

    StationsFileError when the file cannot be read or a row has a mistake.
    """
    return records_route(read_stations(path), cache_dir, today, make_encoders)


def records_route(
    stations: list[StationRecord],
    cache_dir: Path | None,
    today: Callable[[], date],
    make_encoders: Callable[[], Encoders] = default_encoders,
) -> Route:
    """Routing over stations at hand; vectors are kept under `cache_dir`."""
    encoders = make_encoders()
    index = StationIndex(stations, kept(encoders, stations, cache_dir), encoders.e5.dimensions)
    matcher = Matcher(index, encoders, background(encoders, cache_dir))
    return lambda query: matcher.match(query, today(), lambda _: {})


def read_stations(path: Path) -> list[StationRecord]:
    """By station_id; StationsFileError with every mistake."""
    try:
        checked = station_rows.check(station_files.read(path))
    except station_files.EmptyFileError:
        return []
    except station_files.FileError as error:
        raise StationsFileError(str(error)) from None
    if checked.errors:
        raise StationsFileError("\n".join(str(error) for error in checked.errors))
    return sorted((record for _, record in checked.records), key=lambda one: one.station_id)


def _answer(line: str, number: int, route: Route) -> dict[str, Any]:
    found_id: Any = None
    try:
        if len(line) > MAX_LINE:
            raise ValueError(f"line {number}: longer than {MAX_LINE} characters")
        given = json.loads(line)
        if not isinstance(given, dict):
            raise ValueError(f"line {number}: not a JSON object")
        found_id = given.get("id")
        return {"id": found_id, **as_json(route(_query(given, number)))}
    except json.JSONDecodeError:
        return {"id": found_id, "error": f"line {number}: not valid JSON"}
    except (ValueError, RecursionError) as error:
        return {"id": found_id, "error": str(error) if isinstance(error, ValueError) else f"line {number}: too deep"}


def as_json(routed: Routed) -> dict[str, Any]:
    """The contract's keys, and `reason` when staff must decide."""
    found: dict[str, Any] = {
        "stations": [
            {"station_id": one.station_id, "name": one.name, "score": one.score, "reasons": one.reasons}
            for one in routed.stations
        ],
        "field": {"code": routed.field.code, "name": routed.field.name},
        "decision": routed.decision,
    }
    return found if routed.reason is None else {**found, "reason": routed.reason}


def _query(given: dict[str, Any], number: int) -> RouteQuery:
    text = given.get("text")
    if not isinstance(text, str):
        raise ValueError(f'line {number}: "text" is missing or not a text')
    for key in _TEXTS:
        if given.get(key) is not None and not isinstance(given[key], str):
            raise ValueError(f'line {number}: "{key}" is not a text')
    return RouteQuery(text, given.get("title"), given.get("category"), given.get("district"))
