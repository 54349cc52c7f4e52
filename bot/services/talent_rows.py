"""Checks the rows of a file of experts or results; every mistake is told by row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.core import taxonomy
from bot.core.talent import Kind, TalentRecord
from bot.services.station_cells import NO, YES, RowError
from bot.services.station_columns import split_list
from bot.services.station_files import LineError, Row
from bot.services.talent_files import headings, texts

LONGEST = {"code": 40, "name": 120, "grade": 60, "unit": 120, "society": 120, "summary": 1000}
LONGEST_ITEM, MOST_ITEMS = 60, 40
LISTS = ("fields", "disciplines", "topics")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CONTACT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+\.\w+|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|微信号?[:：]")


@dataclass
class Checked:
    """What a file holds: good rows, and all mistakes."""

    records: list[TalentRecord] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def check(rows: Iterable[Row | LineError], kind: Kind) -> Checked:
    """Every row by itself, and codes against each other."""
    found, seen = Checked(), dict[str, int]()
    for row in rows:
        if isinstance(row, LineError):
            found.errors.append(RowError(row.row, "", str(row)))
            continue
        reading = Reading(row[0], row[1], kind)
        record = reading.record()
        if record.code in seen:
            reading.wrong("code", "duplicate", value=record.code, other=seen[record.code])
        seen.setdefault(record.code, row[0])
        found.errors += reading.errors
        if not reading.errors:
            found.records.append(record)
    return found


class Reading:
    """One row, or one form, being read."""

    def __init__(self, number: int, values: dict[str, Any], kind: Kind) -> None:
        self._number = number
        self._values = values
        self._kind = kind
        self._headings = headings(kind)
        self.errors: list[RowError] = []

    def wrong(self, column: str, key: str, **parts: Any) -> None:
        heading = self._headings.get(column, column)
        self.errors.append(RowError(self._number, heading, texts()[key].format(column=heading, **parts)))

    def record(self) -> TalentRecord:
        """As far as it could be read; only to be used when there are no errors."""
        for column in self._values:
            if column not in self._headings:
                self.wrong(str(column)[:40], "unknown_heading", value=str(column)[:40])
        plain = {column: self._text(column) for column in LONGEST}
        lists = {column: tuple(self._list(column)) for column in LISTS}
        for column in ("code", "name", "society"):
            if not plain[column]:
                self.wrong(column, "missing")
        if plain["code"] and not _CODE.fullmatch(plain["code"]):
            self.wrong("code", "id_form")
        if not lists["topics"]:
            self.wrong("topics", "topics_missing")
        self._check_codes(lists)
        return TalentRecord(
            self._kind,
            plain["code"] or f"?{self._number}",
            plain["name"] or "",
            plain["grade"],
            plain["unit"],
            plain["society"],
            **lists,
            summary=plain["summary"],
            active=self._yes("active", True),
            demo=self._yes("demo", False),
        )

    def _text(self, column: str) -> str | None:
        value = self._values.get(column)
        if value is None or value == "":
            return None
        if isinstance(value, (dict, list, bool)):
            self.wrong(column, "not_text")
            return None
        text = str(value).strip()
        self._check_words(column, text, LONGEST[column])
        return text or None

    def _list(self, column: str) -> list[str]:
        value = self._values.get(column)
        if value in (None, ""):
            return []
        try:
            items = split_list(value)
        except ValueError:
            self.wrong(column, "not_list")
            return []
        if len(items) > MOST_ITEMS:
            self.wrong(column, "too_many", limit=MOST_ITEMS)
        for item in items:
            self._check_words(column, item, LONGEST_ITEM)
        return items

    def _check_words(self, column: str, text: str, longest: int) -> None:
        if _CONTROL.search(text):
            self.wrong(column, "control")
        elif len(text) > longest:
            self.wrong(column, "too_long", limit=longest)
        elif column != "code" and _CONTACT.search(text):
            self.wrong(column, "contact")

    def _check_codes(self, lists: dict[str, tuple[str, ...]]) -> None:
        for code in lists["fields"]:
            if code not in taxonomy.hightech():
                self.wrong("fields", "hightech", value=code)
        for code in lists["disciplines"]:
            if code.isdigit() and code not in taxonomy.disciplines():
                self.wrong("disciplines", "discipline", value=code)

    def _yes(self, column: str, default: bool) -> bool:
        value = self._values.get(column)
        if value is None or value == "":
            return default
        text = str(value).strip().lower()
        if text not in (*YES, *NO):
            self.wrong(column, "yes_no")
        return text in YES
