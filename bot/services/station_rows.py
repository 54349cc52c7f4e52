"""Checks the rows of a directory file and makes stations of them; every mistake is told by row."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.core import taxonomy
from bot.core.demand import CATEGORIES
from bot.core.station import GRADES, KEYS, KINDS, LEVELS, STATUSES, StationRecord
from bot.services.station_columns import DATES, GROUPS, HEADINGS, LISTS, RECORDS, split_list, split_records
from bot.services.station_files import LineError, Row, texts

MAX_TEXT = {"station_id": 40, "name": 120, "host_name": 120, "zone": 80, "status_reason": 1000}
MAX_OTHER = 200
MAX_ITEM = 60
MAX_CAPACITY = 1000
YES, NO = ("是", "true", "1", "yes", "y"), ("", "否", "false", "0", "no", "n")
CHOICES = {"kind": KINDS, "level": LEVELS, "status": STATUSES, "host_kind": ("企业", "园区")}
SHORT_LEVELS = {"国": "国家", "国家级": "国家", "省级": "省", "市级": "市"}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SOCIETY_CODE = re.compile(r"[A-E]-\d{2}[WG]?")


@dataclass(frozen=True)
class RowError:
    """A mistake in a file: row (1 is the first line), heading of the column, what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"第 {self.row} 行：{self.message}"


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


class _Reading:
    """One row being read."""

    def __init__(self, number: int, values: dict[str, Any]) -> None:
        self._number = number
        self._values = values
        self.errors: list[RowError] = []

    def wrong(self, column: str, key: str, **parts: Any) -> None:
        heading = HEADINGS.get(column, column)
        self.errors.append(RowError(self._number, heading, texts()[key].format(column=heading, **parts)))

    def station(self) -> StationRecord:
        """The station as far as it could be read; only to be used when there are no errors."""
        known = {*KEYS, *HEADINGS}
        for column in self._values:
            if column not in known:
                self.wrong(str(column)[:40], "unknown_heading", value=str(column)[:40])
        values: dict[str, Any] = {key: self._text(key) for key in ("station_id", "name", "status_reason", "zone")}
        values |= {key: self._choice(key) for key in CHOICES}
        values |= {key: tuple(self._list(key)) for key in LISTS}
        values |= {key: self._date(key, self._values.get(key)) for key in DATES}
        values |= {key: tuple(self._records(key)) for key in RECORDS}
        values |= {key: self._group(key) for key in GROUPS}
        values |= {
            "host_name": self._text("host_name"),
            "district": self._district("district", self._text("district")),
            "capacity": self._capacity(),
            "yearly_grade": self._grades(),
            "demo": self._yes("demo"),
        }
        self._check_id(values)
        self._check_codes(values)
        self._check_dates(values["agreement"])
        values["served_districts"] = self._districts(values["served_districts"])
        values["liaisons"] = tuple(self._liaisons(values["liaisons"]))
        return StationRecord(**{key: value for key, value in values.items() if value is not None})

    def _text(self, column: str, value: Any = None) -> str | None:
        value = self._values.get(column) if value is None else value
        if value is None or value == "":
            return None
        if isinstance(value, (dict, list, bool)):
            self.wrong(column, "not_text")
            return None
        text = str(value).strip()
        if _CONTROL.search(text):
            self.wrong(column, "control")
            return None
        limit = MAX_TEXT.get(column, MAX_OTHER)
        if len(text) > limit:
            self.wrong(column, "too_long", limit=limit)
        return text or None

    def _choice(self, column: str) -> str | None:
        text = self._text(column)
        if text is None:
            return None
        text = SHORT_LEVELS.get(text, text) if column == "level" else text.replace("（", "(").replace("）", ")")
        if text not in CHOICES[column]:
            self.wrong(column, "choice", value=text, choices="、".join(CHOICES[column]))
        return text

    def _list(self, column: str) -> list[str]:
        value = self._values.get(column)
        if value in (None, ""):
            return []
        try:
            items = split_list(value)
        except ValueError:
            self.wrong(column, "not_list")
            return []
        for item in items:
            if len(item) > MAX_ITEM:
                self.wrong(column, "too_long", limit=MAX_ITEM)
            if _CONTROL.search(item):
                self.wrong(column, "control")
        return items

    def _date(self, column: str, value: Any) -> date | None:
        if value in (None, ""):
            return None
        found = _day(str(value).strip())
        if found is None:
            self.wrong(column, "date", value=str(value)[:40])
        return found

    def _records(self, column: str) -> list[dict[str, Any]]:
        value = self._values.get(column)
        parts = RECORDS[column]
        if value in (None, ""):
            return []
        try:
            found = split_records(value, parts)
        except ValueError:
            self.wrong(column, "not_records", parts="|".join(parts))
            return []
        for record in found:
            for key in record:
                if key not in parts:
                    self.wrong(column, "unknown_key", value=str(key)[:40], parts="、".join(parts))
        return [{key: self._part(column, key, value) for key, value in record.items() if value} for record in found]

    def _part(self, column: str, key: str, value: Any) -> Any:
        return split_list(value) if key == "topics" else self._text(column, value)

    def _group(self, key: str) -> dict[str, str]:
        given = self._values.get(key) or {}
        given = {"name": given} if isinstance(given, str) and key == "society" else given
        if not isinstance(given, dict):
            self.wrong(key, "not_text")
            return {}
        values = {part: given.get(part) or self._values.get(f"{key}_{part}") for part in GROUPS[key]}
        for part in given:
            if part not in GROUPS[key]:
                self.wrong(key, "unknown_key", value=str(part)[:40], parts="、".join(GROUPS[key]))
        found: dict[str, str | None] = {}
        for part, value in values.items():
            column = f"{key}_{part}"
            if part in ("start", "end", "date"):
                day = self._date(column, value)
                found[part] = day.isoformat() if day else None
            else:
                found[part] = self._text(column, value or "")
        return {part: text for part, text in found.items() if text}

    def _capacity(self) -> int | None:
        value = self._values.get("capacity")
        if value in (None, ""):
            return None
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", text) or int(text) > MAX_CAPACITY:
            self.wrong("capacity", "capacity", value=text[:40])
            return None
        return int(text)

    def _grades(self) -> dict[str, str]:
        value = self._values.get("yearly_grade")
        if value in (None, ""):
            return {}
        pairs = value.items() if isinstance(value, dict) else (re.split("[:：]", item) for item in split_list(value))
        found = {str(pair[0]).strip(): str(pair[1]).strip() for pair in map(tuple, pairs) if len(pair) == 2}
        if not found or any(not re.fullmatch(r"20\d\d", year) or found[year] not in GRADES for year in found):
            self.wrong("yearly_grade", "grade", choices="、".join(GRADES))
            return {}
        return found

    def _yes(self, column: str) -> bool:
        text = str(self._values.get(column, "")).strip().lower()
        if text not in (*YES, *NO):
            self.wrong(column, "yes_no")
        return text in YES

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
                values[column] = f"?{self._number}"
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
        days = {key: self._date("liaisons", person.get(key)) for key in ("absent_from", "absent_until")}
        values = person | {
            "role": roles.get(role, "primary"),
            "telegram_id": int(telegram) if telegram else None,
            **{key: day.isoformat() if day else None for key, day in days.items()},
        }
        return {key: values[key] for key in RECORDS["liaisons"] if values.get(key) is not None}


def _day(text: str) -> date | None:
    matched = _DATE.fullmatch(text)
    try:
        return date(*map(int, matched.groups())) if matched else None
    except ValueError:
        return None
