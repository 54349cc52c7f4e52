"""Checks the rows of a directory file and makes stations of them; every mistake is told by row."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.core import taxonomy
from bot.core.demand import CATEGORIES
from bot.core.station import KEYS, LEVELS, StationRecord
from bot.services.station_cells import CHOICES, SHORT_LEVELS, Cells, RowError
from bot.services.station_columns import DATES, GROUPS, HEADINGS, LISTS, RECORDS
from bot.services.station_files import LineError, Row

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4}")
_SOCIETY_CODE = re.compile(r"[A-E]-\d{2}[WG]?")


@dataclass
class Checked:
    """What a file holds: good rows with their numbers, and all mistakes."""

    records: list[tuple[int, StationRecord]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def check(rows: Iterable[Row | LineError]) -> Checked:
    """Every row by itself, and station ids against each other."""
    found, seen = Checked(), dict[str, int]()
    for row in rows:
        if isinstance(row, LineError):
            found.errors.append(RowError(row.row, "", str(row)))
            continue
        number, values = row
        reading = _Reading(number, values)
        record = reading.station()
        if record.station_id in seen:
            reading.wrong("station_id", "duplicate", value=record.station_id, other=seen[record.station_id])
        seen.setdefault(record.station_id, number)
        found.errors += reading.errors
        if not reading.errors:
            found.records.append((number, record))
    return found


class _Reading(Cells):
    """One row being made a station."""

    def station(self) -> StationRecord:
        """The station as far as it could be read; only to be used when there are no errors."""
        known = {*KEYS, *HEADINGS}
        for column in self.values:
            if column not in known:
                self.wrong(str(column)[:40], "unknown_heading", value=str(column)[:40])
        values: dict[str, Any] = {key: self.text(key) for key in ("station_id", "name", "status_reason", "zone")}
        values |= {key: self.choice(key) for key in CHOICES}
        values |= {key: tuple(self.listed(key)) for key in LISTS}
        values |= {key: self.day(key, self.values.get(key)) for key in DATES}
        values |= {key: tuple(self.records(key)) for key in RECORDS}
        values |= {key: self.group(key) for key in GROUPS}
        values |= {
            "host_name": self.text("host_name"),
            "district": self._district("district", self.text("district")),
            "capacity": self.capacity(),
            "yearly_grade": self.grades(),
            "demo": self.yes("demo"),
        }
        self._check_id(values)
        self._check_codes(values)
        self._check_dates(values["agreement"])
        values["served_districts"] = self._districts(values["served_districts"])
        values["liaisons"] = tuple(self._liaisons(values["liaisons"]))
        return StationRecord(**{key: value for key, value in values.items() if value is not None})

    def _district(self, column: str, text: str | None) -> str | None:
        if text is None:
            return None
        name = taxonomy.district_name(text)
        if name is None:
            self.wrong(column, "district", value=text)
        return name

    def _districts(self, given: Iterable[str]) -> tuple[str, ...]:
        """None named, or all of the city, is the same: everywhere."""
        wanted = [text for text in given if text not in ("全市", "成都", "成都市")]
        found = [self._district("served_districts", text) for text in wanted]
        return tuple(dict.fromkeys(name for name in found if name))

    def _check_id(self, values: dict[str, Any]) -> None:
        for column in ("station_id", "name"):
            if not values[column]:
                self.wrong(column, "missing")
                values[column] = f"?{self.number}"
            elif column == "station_id" and not _ID.fullmatch(values[column]):
                self.wrong(column, "id_form")

    def _check_codes(self, values: dict[str, Any]) -> None:
        tables: list[tuple[str, str, Callable[[str], bool]]] = [
            ("hightech_fields", "hightech", lambda code: code in taxonomy.hightech()),
            ("industry_prefixes", "industry", lambda code: code in taxonomy.industries()),
            ("disciplines", "discipline", lambda code: not code.isdigit() or code in taxonomy.disciplines()),
        ]
        for column, key, known in tables:
            for code in values[column]:
                if not known(code):
                    self.wrong(column, key, value=code)
        for category in values["categories"]:
            if category not in CATEGORIES:
                self.wrong("categories", "choice", value=category, choices="、".join(CATEGORIES))
        level = values["society"].get("level")
        if level and SHORT_LEVELS.get(level, level) not in LEVELS:
            self.wrong("society_level", "choice", value=level, choices="、".join(LEVELS))
        code = values["society"].get("code", "")
        if _SOCIETY_CODE.fullmatch(code) and code not in taxonomy.national_societies():
            self.wrong("society_code", "society", value=code)

    def _check_dates(self, agreement: dict[str, str]) -> None:
        start, end = agreement.get("start"), agreement.get("end")
        if start and end and end < start:
            self.wrong("agreement_end", "dates_reversed", start=start, end=end)

    def _liaisons(self, given: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for person in given:
            name = person.get("name")
            if not name:
                self.wrong("liaisons", "liaison_name")
                continue
            if any(other["name"] == name for other in found):
                self.wrong("liaisons", "liaison_twice", value=name)
            found.append(self._liaison(person))
        if sum(person["role"] == "primary" for person in found) > 1:
            self.wrong("liaisons", "liaison_primary")
        return found

    def _liaison(self, person: dict[str, Any]) -> dict[str, Any]:
        roles = {"主": "primary", "primary": "primary", "备": "backup", "backup": "backup"}
        role = person.get("role", "primary")
        if role not in roles:
            self.wrong("liaisons", "choice", value=role, choices="、".join(roles))
        telegram = person.get("telegram_id")
        if telegram is not None and not re.fullmatch(r"[1-9]\d{0,15}", str(telegram)):
            self.wrong("liaisons", "telegram", value=str(telegram)[:40])
            telegram = None
        if person.get("phone") and not _PHONE.fullmatch(str(person["phone"])):
            self.wrong("liaisons", "phone")
        days = {key: self.day("liaisons", person.get(key)) for key in ("absent_from", "absent_until")}
        values = person | {
            "role": roles.get(role, "primary"),
            "telegram_id": int(telegram) if telegram else None,
            **{key: day.isoformat() if day else None for key, day in days.items()},
        }
        return {key: values[key] for key in RECORDS["liaisons"] if values.get(key) is not None}
