"""Experts and results as XLSX, CSV or JSON lines: columns, headings, reading and writing."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from bot.core.talent import Kind, TalentRecord
from bot.services.station_columns import plain_cell, safe_cell
from bot.services.station_files import (
    ENDINGS,
    MAX_FILE,
    FileError,
    LineError,
    Row,
    cell_text,
    decoded,
    refuse_bombs,
)
from bot.services.station_files import texts as file_texts

MAX_ROWS = 50_000
COMMON = {
    "code": "编号",
    "society": "学会",
    "fields": "高新领域代码",
    "disciplines": "学科",
    "topics": "关键词",
    "summary": "简介",
    "active": "可推荐",
    "demo": "示例",
}
OWN = {
    Kind.EXPERT: {"name": "姓名", "grade": "职称", "unit": "单位", "topics": "擅长"},
    Kind.RESULT: {"name": "成果名称", "grade": "成熟度", "unit": "完成单位"},
}
ORDER = ("code", "name", "grade", "unit", "society", "fields", "disciplines", "topics", "summary", "active", "demo")


def headings(kind: Kind) -> dict[str, str]:
    """Column → heading; a file may use either."""
    words = COMMON | OWN[kind]
    return {column: words[column] for column in ORDER}


@cache
def texts() -> dict[str, str]:
    """What is said about a row that cannot be taken, beside the directory's words."""
    path = Path(__file__).parent / "data" / "talent_errors.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return file_texts() | found


def read(path: Path, kind: Kind) -> Iterator[Row | LineError]:
    """Every row that is not blank; FileError when the file cannot be read at all."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FileError(texts()["file_type"])
    if not path.is_file():
        raise FileError(texts()["file_missing"].format(value=path.name))
    if path.stat().st_size > MAX_FILE:
        raise FileError(texts()["file_size"].format(limit=MAX_FILE // 2**20))
    rows = _json_lines(path) if ending == ".jsonl" else _table(_xlsx(path) if ending == ".xlsx" else _csv(path), kind)
    count = 0
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise FileError(texts()["file_rows"].format(limit=MAX_ROWS))
        yield row
    if not count:
        raise FileError(texts()["empty"].format(kind=kind.label))


def write(path: Path, kind: Kind, records: Iterable[TalentRecord]) -> int:
    """How many were written; the file appears whole or not at all."""
    writers: dict[str, Callable[[Path, Kind, Iterable[TalentRecord]], int]] = {
        ".xlsx": _write_xlsx,
        ".csv": _write_csv,
        ".jsonl": _write_jsonl,
    }
    if path.suffix.lower() not in writers:
        raise FileError(texts()["file_type"])
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.part")
    try:
        count = writers[path.suffix.lower()](staged, kind, records)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    return count


def _json_lines(path: Path) -> Iterator[Row | LineError]:
    for number, line in enumerate(decoded(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield LineError(number, texts()["not_json"])
            continue
        yield (number, value) if isinstance(value, dict) else LineError(number, texts()["not_object"])


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(decoded(path).splitlines(keepends=True))
    try:
        for cells in reader:
            yield reader.line_num, [plain_cell(cell.strip()) for cell in cells]
    except csv.Error:
        raise FileError(texts()["file_encoding"]) from None


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=2 * len(ORDER)), start=1):
                yield number, [cell_text(value) for value in row]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, EOFError, OSError):
        raise FileError(texts()["file_broken"]) from None


def _table(rows: Iterable[tuple[int, list[str]]], kind: Kind) -> Iterator[Row]:
    columns: list[str | None] | None = None
    for number, cells in rows:
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells, kind)
            continue
        yield number, {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}


def _columns(cells: Sequence[str], kind: Kind) -> list[str | None]:
    known = {heading: column for column, heading in headings(kind).items()} | {column: column for column in ORDER}
    bare = [cell.strip().lstrip("\ufeff").rstrip("*＊ ") for cell in cells]
    found = [known.get(cell) or known.get(cell.lower()) for cell in bare]
    if "code" not in found or "name" not in found:
        raise FileError(texts()["no_heading_talent"].format(name=headings(kind)["name"]))
    for cell, name in zip(bare, found, strict=True):
        if cell and name is None:
            raise FileError(texts()["unknown_heading"].format(value=cell[:40]))
        if name and found.count(name) > 1:
            raise FileError(texts()["heading_twice"].format(value=cell))
    return found


def _cells(record: TalentRecord) -> list[str]:
    values = {
        **{key: getattr(record, key) or "" for key in ("code", "name", "grade", "unit", "society", "summary")},
        **{key: "；".join(getattr(record, key)) for key in ("fields", "disciplines", "topics")},
        "active": "是" if record.active else "否",
        "demo": "是" if record.demo else "",
    }
    return [str(values[column]) for column in ORDER]


def _write_jsonl(path: Path, kind: Kind, records: Iterable[TalentRecord]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        for record in records:
            values = {column: getattr(record, column) for column in ORDER}
            kept = {column: value for column, value in values.items() if value or column == "active"}
            stream.write(json.dumps(kept, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_csv(path: Path, kind: Kind, records: Iterable[TalentRecord]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(headings(kind).values())
        for record in records:
            table.writerow([safe_cell(cell) for cell in _cells(record)])
            count += 1
    return count


def _write_xlsx(path: Path, kind: Kind, records: Iterable[TalentRecord]) -> int:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(kind.base_name)
    sheet.freeze_panes = "C2"
    sheet.append(list(headings(kind).values()))
    count = 0
    for record in records:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", safe_cell(cell)) for cell in _cells(record)])
        count += 1
    book.save(path)
    return count
