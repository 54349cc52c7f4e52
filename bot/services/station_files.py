"""Reading and writing the directory as XLSX, CSV or JSON lines."""

import codecs
import csv
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from bot.core.station import StationRecord
from bot.services.station_columns import HEADINGS, column, flat, nested, plain_cell, safe_cell

MAX_FILE = 50 * 2**20
"""Bytes."""
MAX_UNPACKED = 200 * 2**20
"""Bytes of a workbook's parts together."""
MAX_ROWS = 200_000
SHEET = "服务站名录"
"""Name of the sheet with the directory; without one of that name the first is read."""
ENDINGS = (".xlsx", ".csv", ".jsonl")
Row = tuple[int, dict[str, Any]]
"""Line or row number in the file (1 is the first), column → value."""


class FileError(Exception):
    """The file as a whole cannot be read; the message says what to do."""


class EmptyFileError(FileError):
    """There is nothing in it."""


class LineError(Exception):
    """One line cannot be read; the others can."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


@cache
def texts() -> dict[str, str]:
    """What is said about a file or row that cannot be taken."""
    path = Path(__file__).parent / "data" / "station_errors.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def read(path: Path) -> Iterator[Row | LineError]:
    """Every row that is not blank; FileError when the file cannot be read at all."""
    if path.suffix.lower() not in ENDINGS:
        raise FileError(texts()["file_type"])
    if not path.is_file():
        raise FileError(texts()["file_missing"].format(value=path.name))
    if path.stat().st_size > MAX_FILE:
        raise FileError(texts()["file_size"].format(limit=MAX_FILE // 2**20))
    reader = {".xlsx": _read_xlsx, ".csv": _read_csv, ".jsonl": _read_jsonl}[path.suffix.lower()]
    count = 0
    for row in reader(path):
        count += 1
        if count > MAX_ROWS:
            raise FileError(texts()["file_rows"].format(limit=MAX_ROWS))
        yield row
    if not count:
        raise EmptyFileError(texts()["file_empty"])


def write(path: Path, records: Iterable[StationRecord]) -> int:
    """How many were written; the file appears whole or not at all."""
    if path.suffix.lower() not in ENDINGS:
        raise FileError(texts()["file_type"])
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.part")
    writer = {".xlsx": _write_xlsx, ".csv": _write_csv, ".jsonl": _write_jsonl}[path.suffix.lower()]
    try:
        count = writer(staged, records)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    return count


def _read_jsonl(path: Path) -> Iterator[Row | LineError]:
    for number, line in enumerate(decoded(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield LineError(number, texts()["not_json"])
            continue
        yield (number, value) if isinstance(value, dict) else LineError(number, texts()["not_object"])


def _read_csv(path: Path) -> Iterator[Row | LineError]:
    csv.field_size_limit(1_000_000)
    reader = csv.reader(decoded(path).splitlines(keepends=True))
    try:
        yield from _table((reader.line_num, [plain_cell(cell) for cell in cells]) for cells in reader)
    except csv.Error:
        raise FileError(texts()["file_encoding"]) from None


def _read_xlsx(path: Path) -> Iterator[Row | LineError]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True, max_col=2 * len(HEADINGS))
            yield from _table((number, [cell_text(value) for value in row]) for number, row in enumerate(rows, start=1))
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, EOFError, OSError):
        raise FileError(texts()["file_broken"]) from None


def refuse_bombs(path: Path) -> None:
    """A small file that unpacks to a huge one is not opened."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise FileError(texts()["file_broken"]) from None
    if size > MAX_UNPACKED:
        raise FileError(texts()["file_size"].format(limit=MAX_UNPACKED // 2**20))


def _table(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    columns: list[str | None] | None = None
    for number, cells in rows:
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        yield number, {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
    if columns is None:
        raise EmptyFileError(texts()["file_empty"])


def _columns(headings: Sequence[str]) -> list[str | None]:
    found = [column(heading) if heading else None for heading in headings]
    if "station_id" not in found or "name" not in found:
        raise FileError(texts()["no_heading"])
    for heading, name in zip(headings, found, strict=True):
        if heading and name is None:
            raise FileError(texts()["unknown_heading"].format(value=heading[:40]))
        if name and found.count(name) > 1:
            raise FileError(texts()["heading_twice"].format(value=heading))
    return found


def cell_text(value: Any) -> str:
    """What a cell of a workbook says."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain_cell(str(value).strip())


def decoded(path: Path) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030, which is what Excel writes in China."""
    raw = path.read_bytes()
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for charset in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    raise FileError(texts()["file_encoding"])


def _write_jsonl(path: Path, records: Iterable[StationRecord]) -> int:
    with path.open("w", encoding="utf-8") as stream:
        return _count(_json_line(stream, record) for record in records)


def _json_line(stream: TextIO, record: StationRecord) -> int:
    return stream.write(json.dumps(nested(record), ensure_ascii=False) + "\n")


def _write_csv(path: Path, records: Iterable[StationRecord]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(HEADINGS.values())
        return _count(table.writerow([safe_cell(cell) for cell in flat(record).values()]) for record in records)


def _write_xlsx(path: Path, records: Iterable[StationRecord]) -> int:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "C2"
    sheet.append(list(HEADINGS.values()))
    count = _count(
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", safe_cell(cell)) for cell in flat(record).values()])
        for record in records
    )
    book.save(path)
    return count


def _count(written: Iterable[object]) -> int:
    return sum(1 for _ in written)
