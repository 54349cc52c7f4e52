"""Whatever the directory holds comes back from its files as it was."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import taxonomy
from bot.core.demand import CATEGORIES
from bot.core.station import GRADES, KINDS, LEVELS, STATUSES, StationRecord
from bot.services import station_files, station_rows

PLAIN = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=20,
)
ITEM = PLAIN.map(lambda text: "词" + "".join(sign for sign in text if sign not in ";；、,，[]"))
ITEMS = st.lists(ITEM, max_size=4, unique=True).map(tuple)
DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FORMULA = st.builds(lambda sign, text: sign + text, st.sampled_from(["", "=", "+", "-", "@", "'=", "|", "\\"]), PLAIN)


def _codes(table: dict[str, Any]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(table)), max_size=3, unique=True).map(tuple)


def _agreement(days: list[date]) -> dict[str, str]:
    return {"start": min(days).isoformat(), "end": max(days).isoformat()} if days else {}


def _liaisons(names: list[str], phone: bool) -> tuple[dict[str, Any], ...]:
    people: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        one: dict[str, Any] = {"name": name, "role": "backup" if place else "primary"}
        people.append(one | ({"phone": "13800000000"} if phone else {"telegram_id": 40 + place}))
    return tuple(people)


STATION = st.builds(
    StationRecord,
    station_id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,10}", fullmatch=True),
    name=FORMULA,
    kind=st.sampled_from(KINDS),
    level=st.sampled_from(LEVELS),
    society=st.builds(lambda name, level: {"name": name, "level": level}, FORMULA, st.sampled_from(LEVELS)),
    disciplines=_codes(taxonomy.disciplines()),
    hightech_fields=_codes(taxonomy.hightech()),
    industry_prefixes=_codes(taxonomy.industries()),
    industries=ITEMS,
    services=ITEMS,
    keywords=ITEMS,
    exclude_keywords=ITEMS,
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
    host_kind=st.sampled_from([None, "企业", "园区"]),
    host_name=st.none() | FORMULA,
    district=st.none() | st.sampled_from(sorted(set(taxonomy.districts().values()))),
    zone=st.none() | FORMULA,
    served_districts=_codes(dict.fromkeys(taxonomy.districts().values())),
    capacity=st.integers(0, 1000),
    agreement=st.lists(DAY, max_size=2).map(_agreement),
    plaque_date=st.none() | DAY,
    status=st.sampled_from(STATUSES),
    status_reason=st.none() | FORMULA,
    yearly_grade=st.dictionaries(st.integers(2015, 2030).map(str), st.sampled_from(GRADES), max_size=2),
    demo=st.booleans(),
    last_verified=st.none() | DAY,
    liaisons=st.builds(_liaisons, st.lists(ITEM, max_size=3, unique=True), st.booleans()),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.lists(STATION, min_size=1, max_size=3, unique_by=lambda one: one.station_id))
def test_what_is_written_is_read_again(records: list[StationRecord]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for ending in station_files.ENDINGS:
            path = Path(folder) / f"stations{ending}"
            station_files.write(path, records)
            checked = station_rows.check(station_files.read(path))
            assert checked.errors == []
            assert [record for _, record in checked.records] == records
