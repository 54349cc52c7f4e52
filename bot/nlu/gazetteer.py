"""Places of Chengdu and what district runs them, from the tables beside this module."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

OFFICIAL, ALIAS, LOCAL, ELSEWHERE, PROVINCE = 4, 3, 2, 1, 0
"""How surely a name means the district: full names; short names; streets and landmarks; other cities; provinces."""


_SHORT = {"高新": "高新区", "天府": "天府新区", "崇庆": "崇州市", "东部": "东部新区"}
"""What people answer for a district besides its own names."""


@dataclass(frozen=True)
class Place:
    """A name, the district (or city) it lies in, how sure that is, and the zone when it is one."""

    name: str
    district: str
    strength: int
    zone: str | None = None


@lru_cache(maxsize=1)
def places() -> dict[str, Place]:
    """Every known name in lower case."""
    known: dict[str, Place] = {}
    for place in (*_other_cities(), *_landmarks(), *_streets(), *_zones(), *_districts()):
        known[place.name.lower()] = place
    return known


def named_in(text: str) -> list[tuple[Place, int, int]]:
    """Every known name in a normalised text with its place, the longest at each point, without overlaps."""
    found: list[tuple[Place, int, int]] = []
    known, place = places(), 0
    while place < len(text):
        name = next((name for name in _by_first().get(text[place], ()) if text.startswith(name, place)), None)
        if name:
            found.append((known[name], place, place + len(name)))
        place += len(name) if name else 1
    return found


@lru_cache(maxsize=1)
def towns() -> dict[str, str]:
    """Names of towns and streets without their ending, where they lie in one district only."""
    districts: dict[str, set[str]] = {}
    for place in (*_streets(), *_landmarks()):
        stem = re.sub(r"(?:街道|镇|乡)$", "", place.name)
        if stem != place.name and len(stem) >= 2:
            districts.setdefault(stem, set()).add(place.district)
    return {stem: names.pop() for stem, names in districts.items() if len(names) == 1} | _SHORT


@lru_cache(maxsize=1)
def _by_first() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name in sorted(places(), key=len, reverse=True):
        names.setdefault(name[0], []).append(name)
    return names


@lru_cache(maxsize=1)
def region_prefix() -> re.Pattern[str]:
    """Matches a region at the start of an enterprise's name."""
    names = [place.name for place in places().values() if place.strength in (OFFICIAL, ALIAS, ELSEWHERE, PROVINCE)]
    names += ["四川", "四川省", "成都", "成都市", "中国", "西南", "西部", "蓉", "天府"]
    towns = r"[\u4e00-\u9fff]{2,3}(?:省|市|区|县|镇|乡|村|街道)"
    return re.compile("|".join([*sorted(map(re.escape, names), key=len, reverse=True), towns]))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of bot/nlu/data."""
    text = resources.files("bot.nlu.data").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _districts() -> list[Place]:
    found = []
    for row in rows("districts.csv"):
        found += [Place(name, row["name"], ALIAS) for name in row["aliases"].split(";") if name]
        found += [Place(name, row["name"], OFFICIAL) for name in (row["name"], row["official_name"])]
    return found


def _zones() -> list[Place]:
    found = []
    for row in rows("zones.csv"):
        found += [Place(name, row["district"], LOCAL, row["name"]) for name in row["aliases"].split(";") if name]
        found.append(Place(row["name"], row["district"], OFFICIAL, row["name"]))
    return found


def _streets() -> list[Place]:
    found = []
    for row in rows("streets.csv"):
        found.append(Place(row["name"], row["district"], ALIAS))
        if row["short_name"]:
            found.append(Place(row["short_name"], row["district"], LOCAL))
    return found


def _landmarks() -> list[Place]:
    return [Place(row["name"], row["district"], LOCAL) for row in rows("landmarks.csv")]


def _other_cities() -> list[Place]:
    found = []
    for row in rows("other_cities.csv"):
        strength = PROVINCE if row["name"].endswith(("省", "自治区", "特别行政区")) else ELSEWHERE
        found += [Place(name, row["name"], strength) for name in (row["name"], *row["aliases"].split(";")) if name]
    return found
