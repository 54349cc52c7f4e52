"""Routing as `zhuli evaluate routing` judges it: over a file, the sample stations or the national societies."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bot.core import taxonomy
from bot.core.routing import RouteQuery
from bot.core.societies import named_stations
from bot.core.station import StationRecord
from bot.services.proposals import Proposals
from bot.services.route_lines import as_json, read_stations, records_route

JudgedRoute = Callable[[RouteQuery], dict[str, Any]]


def directory_for(right: frozenset[str], given: Path | None, sample: Path) -> list[StationRecord]:
    """The file that is given; else the national societies where `right` are all their codes, else the sample."""
    if given is None and right <= taxonomy.national_societies().keys():
        return named_stations()
    return read_stations(given or sample)


def judged_route(
    stations: list[StationRecord], cache_dir: Path, today: Callable[[], date], *, fields: bool
) -> JudgedRoute:
    """A demand → its line of `zhuli route`; `fields` adds the national fields, likeliest first."""
    route, proposals = records_route(stations, cache_dir, today), Proposals(cache_dir=cache_dir)

    def answer(query: RouteQuery) -> dict[str, Any]:
        line = as_json(route(query))
        return line | {"fields": [{"code": one} for one in proposals.national_fields(query)]} if fields else line

    return answer
