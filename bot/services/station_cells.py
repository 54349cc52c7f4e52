"""Reads the cells of one row of a directory file; every mistake is told by row and column."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.station import GRADES, KINDS, LEVELS, STATUSES
from bot.services.station_columns import GROUPS, HEADINGS, RECORDS, split_list, split_records
from bot.services.station_files import texts

MAX_TEXT = {"station_id": 40, "name": 120, "host_name": 120, "zone": 80, "status_reason": 1000}
MAX_OTHER = 200
MAX_ITEM = 60
MAX_CAPACITY = 1000
YES, NO = ("是", "true", "1", "yes", "y"), ("", "否", "false", "0", "no", "n")
CHOICES = {"kind": KINDS, "level": LEVELS, "status": STATUSES, "host_kind": ("企业", "园区")}
SHORT_LEVELS = {"国": "国家", "国家级": "国家", "省级": "省", "市级": "市"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class RowError:
    """A mistake in a file: row (1 is the first line), heading of the column, what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"第 {self.row} 行：{self.message}"


class Cells:
    """One row; what is asked for is noted in `errors` where it cannot be read."""

    def __init__(self, number: int, values: dict[str, Any]) -> None:
        self.number = number
        self.values = values
        self.errors: list[RowError] = []

    def wrong(self, column: str, key: str, **parts: Any) -> None:
        heading = HEADINGS.get(column, column)
        self.errors.append(RowError(self.number, heading, texts()[key].format(column=heading, **parts)))

    def text(self, column: str, value: Any = None) -> str | None:
        value = self.values.get(column) if value is None else value
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

    def choice(self, column: str) -> str | None:
        text = self.text(column)
        if text is None:
            return None
        text = SHORT_LEVELS.get(text, text) if column == "level" else text.replace("（", "(").replace("）", ")")
        if text not in CHOICES[column]:
            self.wrong(column, "choice", value=text, choices="、".join(CHOICES[column]))
        return text

    def listed(self, column: str) -> list[str]:
        value = self.values.get(column)
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

    def day(self, column: str, value: Any) -> date | None:
        if value in (None, ""):
            return None
        found = _day_of(str(value).strip())
        if found is None:
            self.wrong(column, "date", value=str(value)[:40])
        return found

    def records(self, column: str) -> list[dict[str, Any]]:
        value = self.values.get(column)
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
        return split_list(value) if key == "topics" else self.text(column, value)

    def group(self, key: str) -> dict[str, str]:
        given = self.values.get(key) or {}
        given = {"name": given} if isinstance(given, str) and key == "society" else given
        if not isinstance(given, dict):
            self.wrong(key, "not_text")
            return {}
        values = {part: given.get(part) or self.values.get(f"{key}_{part}") for part in GROUPS[key]}
        for part in given:
            if part not in GROUPS[key]:
                self.wrong(key, "unknown_key", value=str(part)[:40], parts="、".join(GROUPS[key]))
        found: dict[str, str | None] = {}
        for part, value in values.items():
            column = f"{key}_{part}"
            if part in ("start", "end", "date"):
                day = self.day(column, value)
                found[part] = day.isoformat() if day else None
            else:
                found[part] = self.text(column, value or "")
        return {part: text for part, text in found.items() if text}

    def capacity(self) -> int | None:
        value = self.values.get("capacity")
        if value in (None, ""):
            return None
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", text) or int(text) > MAX_CAPACITY:
            self.wrong("capacity", "capacity", value=text[:40])
            return None
        return int(text)

    def grades(self) -> dict[str, str]:
        value = self.values.get("yearly_grade")
        if value in (None, ""):
            return {}
        pairs = value.items() if isinstance(value, dict) else (re.split("[:：]", item) for item in split_list(value))
        found = {str(pair[0]).strip(): str(pair[1]).strip() for pair in map(tuple, pairs) if len(pair) == 2}
        if not found or any(not re.fullmatch(r"20\d\d", year) or found[year] not in GRADES for year in found):
            self.wrong("yearly_grade", "grade", choices="、".join(GRADES))
            return {}
        return found

    def yes(self, column: str) -> bool:
        text = str(self.values.get(column, "")).strip().lower()
        if text not in (*YES, *NO):
            self.wrong(column, "yes_no")
        return text in YES


def _day_of(text: str) -> date | None:
    matched = _DATE.fullmatch(text)
    try:
        return date(*map(int, matched.groups())) if matched else None
    except ValueError:
        return None
