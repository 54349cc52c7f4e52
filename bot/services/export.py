"""Demands as a file: JSON lines, CSV or a workbook."""

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bot.services.audit import SYSTEM, Actor, record_in
from bot.services.demand_record import KEYS, as_record
from models import Database
from models.repositories import exports

Record = dict[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FLAT = {"budget": ("budget_kind", "budget_min", "budget_max")}
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n"}


class UnknownFormatError(Exception):
    """The file's ending is none of .jsonl, .csv, .xlsx."""


class DemandExport:
    """Writes all demands; contacts are masked unless asked for, and then it is put on record."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def write(self, path: Path, *, contacts: bool = False, actor: Actor = SYSTEM, reason: str = "") -> int:
        """How many demands were written; the file appears whole or not at all.

        Raises UnknownFormatError.
        """
        write = _WRITERS.get(path.suffix.lower())
        if write is None:
            raise UnknownFormatError(path.suffix)
        staged = _staged(path)
        try:
            counted = _Counted(self._records(contacts))
            write(staged, counted)
            self._record(actor, contacts, counted.count, reason)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)
        return counted.count

    def _records(self, contacts: bool) -> Iterator[Record]:
        with self._db.read() as session:
            for demand in exports.demands(session):
                yield as_record(demand, exports.consents_of(session, demand), contacts=contacts)

    def _record(self, actor: Actor, contacts: bool, count: int, reason: str) -> None:
        with self._db.begin() as session:
            data = {"contacts": contacts, "count": count}
            record_in(session, self._clock(), actor, "demands_exported", reason=reason or None, data=data)


def demands_export(
    db: Database, path: Path, *, contacts: bool, clock: Callable[[], datetime], actor: Actor = SYSTEM
) -> int:
    """What `zhuli demands export` does; how many demands were written."""
    return DemandExport(db, clock).write(path, contacts=contacts, actor=actor)


class _Counted:
    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records
        self.count = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.count += 1
            yield record


def _staged(path: Path) -> Path:
    """An empty file beside the target that only its owner can read."""
    handle, name = tempfile.mkstemp(prefix=".export-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    return Path(name)


def _write_jsonl(path: Path, records: Iterable[Record]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_csv(path: Path, records: Iterable[Record]) -> None:
    """With a byte order mark, so that spreadsheet programmes read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_columns())
        writer.writerows(_cells(record) for record in records)


def _write_xlsx(path: Path, records: Iterable[Record]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("demands")
    sheet.freeze_panes = "B2"
    for number, column in enumerate(_columns(), 1):
        sheet.column_dimensions[get_column_letter(number)].width = 40 if column == "problem" else 18
    sheet.append([_bold(sheet, column) for column in _columns()])
    for record in records:
        sheet.append(_cells(record))
    book.save(path)


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


_WRITERS: dict[str, Callable[[Path, Iterable[Record]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}


def _columns() -> list[str]:
    return [column for key in KEYS for column in _FLAT.get(key, (key,))]


def _cells(record: Record) -> list[str | float | int | None]:
    row: list[str | float | int | None] = []
    for key in KEYS:
        value = record[key]
        if key == "budget":
            row += [value["kind"], value["min"], value["max"]]
        else:
            row.append(_cell(value))
    return row


def _cell(value: Any) -> str | float | int | None:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return harmless(value)
    if value and all(isinstance(item, str) for item in value):
        return harmless("、".join(value))
    return harmless(json.dumps(value, ensure_ascii=False)) if value else ""


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula (CWE-1236), without control characters."""
    text = text.translate(_CONTROL)
    return f"'{text}" if text.startswith(_FORMULA) else text
