"""Import and export of the directory."""

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.services.directory import DirectoryService
from bot.services.shipped import DEMO_FILE
from models import Database
from models.repositories import stations
from tests.conftest import Clock

GOOD: dict[str, Any] = {"station_id": "S1", "name": "示例·甲站", "services": ["涂布"], "district": "郫都"}


@pytest.fixture
def directory(sqlite_database: Database, clock: Clock) -> DirectoryService:
    return DirectoryService(sqlite_database, clock)


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Any) -> Path:
        path = tmp_path / "given.jsonl"
        lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def _names(db: Database) -> dict[str, str]:
    with db.read() as session:
        return {record.station_id: record.name for record in stations.records(session)}


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_what_is_exported_can_be_imported_into_an_empty_directory_without_loss(
    directory: DirectoryService, sqlite_database: Database, clock: Clock, tmp_path: Path, ending: str
) -> None:
    directory.load_demo()
    file = tmp_path / f"out.{ending}"
    assert directory.export_stations(file) == 72
    with sqlite_database.read() as session:
        before = list(stations.records(session))
    report = directory.import_stations(file)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 72)
    with sqlite_database.begin() as session:
        for record in before:
            row = stations.station_by_id(session, record.station_id)
            assert row is not None
            for person in row.liaisons:
                session.delete(person)
            session.delete(row)
    assert directory.import_stations(file).added == 72
    with sqlite_database.read() as session:
        assert list(stations.records(session)) == before


def test_demo_directory_is_loaded_once_and_never_over_stations(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    assert directory.load_demo() == 72
    assert directory.load_demo() == 0
    assert all(name.startswith("示例·") for name in _names(sqlite_database).values())


def test_demo_directory_says_that_it_is_one_and_covers_fields_and_districts() -> None:
    rows = [json.loads(line) for line in DEMO_FILE.read_text(encoding="utf-8").splitlines()]
    assert all(row["demo"] and row["society"]["name"].startswith("示例·") for row in rows)
    assert len({row["district"] for row in rows}) == 23
    assert {code[:2] for row in rows for code in row["hightech_fields"]} == {f"{n}0" for n in range(1, 9)}
    people = [person for row in rows for person in row["liaisons"]]
    assert all(person["name"].startswith("示例") for person in people)
    assert all(sum(person["role"] == "primary" for person in row["liaisons"]) == 1 for row in rows)


def test_rows_are_added_changed_and_left_alone_by_station_id(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    other = GOOD | {"station_id": "S2", "name": "示例·乙站"}
    assert directory.import_stations(jsonl(GOOD, other)).added == 2
    report = directory.import_stations(jsonl(GOOD, other | {"name": "示例·丙站"}, GOOD | {"station_id": "S3"}))
    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    assert _names(sqlite_database) == {"S1": "示例·甲站", "S2": "示例·丙站", "S3": "示例·甲站"}


def test_dry_run_tells_the_same_and_writes_nothing(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    report = directory.import_stations(jsonl(GOOD), dry_run=True)
    assert (report.added, report.dry_run) == (1, True)
    assert _names(sqlite_database) == {}


def test_a_dry_run_says_what_would_change_and_what_the_file_leaves_out(
    directory: DirectoryService, jsonl: Callable[..., Path]
) -> None:
    directory.import_stations(jsonl(GOOD, GOOD | {"station_id": "S2"}, GOOD | {"station_id": "S3"}))
    changed = GOOD | {"name": "示例·改名站", "capacity": 3, "agreement": {"end": "2030-01-01"}}
    report = directory.import_stations(jsonl(changed, GOOD | {"station_id": "S2"}), dry_run=True)
    assert [(change.station_id, change.columns) for change in report.changes] == [
        ("S1", ["名称", "在办上限", "协议编号"])
    ]
    assert (report.added, report.updated, report.unchanged, report.absent) == (0, 1, 1, 1)


def test_one_bad_row_keeps_everything_out_and_all_mistakes_are_told(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    report = directory.import_stations(
        jsonl(
            GOOD,
            GOOD | {"station_id": "S2", "district": "绵阳市", "status": "开张", "level": "县"},
            "{not json",
            GOOD,
            GOOD | {"station_id": "S5", "capacity": -1, "hightech_fields": ["99999"]},
        )
    )
    assert [(error.row, error.column) for error in report.errors] == [
        (2, "级别"),
        (2, "状态"),
        (2, "所在区市县"),
        (3, ""),
        (4, "编号"),
        (5, "在办上限"),
        (5, "高新领域代码"),
    ]
    assert str(report.errors[2]) == "第 2 行：“绵阳市”不是成都市的区（市）县，请写全称，例如郫都区、高新区、天府新区"
    assert _names(sqlite_database) == {}


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"station_id": ""}, "编号"),
        ({"station_id": "S 1"}, "编号"),
        ({"station_id": ["S1"]}, "编号"),
        ({"name": ""}, "名称"),
        ({"name": "站" * 121}, "名称"),
        ({"name": "坏\x07站"}, "名称"),
        ({"kind": "小卖部"}, "类型"),
        ({"disciplines": ["999"]}, "学科"),
        ({"industry_prefixes": ["Z9"]}, "行业代码"),
        ({"categories": ["修电脑"]}, "承接需求类型"),
        ({"society": {"name": "示例学会", "code": "A-99"}}, "学会代码"),
        ({"society": {"name": "示例学会", "level": "村"}}, "学会级别"),
        ({"capacity": "十"}, "在办上限"),
        ({"capacity": True}, "在办上限"),
        ({"agreement": {"start": "2026-13-01"}}, "协议开始"),
        ({"agreement": {"start": "2026-05-01", "end": "2026-04-01"}}, "协议结束"),
        ({"plaque_date": "去年"}, "授牌日期"),
        ({"yearly_grade": "2025:很好"}, "年度评价"),
        ({"served_districts": ["郫都区", "德阳"]}, "服务区市县"),
        ({"liaisons": [{"role": "primary"}]}, "联络员"),
        ({"liaisons": [{"name": "甲", "telegram_id": "@jia"}]}, "联络员"),
        ({"liaisons": [{"name": "甲", "phone": "12345"}]}, "联络员"),
        ({"liaisons": [{"name": "甲"}, {"name": "甲", "role": "backup"}]}, "联络员"),
        ({"liaisons": [{"name": "甲"}, {"name": "乙"}]}, "联络员"),
        ({"liaisons": [{"name": "甲", "password": "x"}]}, "联络员"),
        ({"liaisons": "甲|主|1|2|3|4|5|6|7|8"}, "联络员"),
        ({"experts": ["张"]}, "专家"),
        ({"demo": "maybe"}, "示例"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_each_kind_of_mistake_is_told_with_its_column(
    directory: DirectoryService, jsonl: Callable[..., Path], values: dict[str, Any], column: str
) -> None:
    errors = directory.import_stations(jsonl(GOOD | values)).errors
    assert {error.column for error in errors} == {column}
    assert all(error.row == 1 and error.message for error in errors)


def test_only_id_and_name_are_needed(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    assert directory.import_stations(jsonl({"station_id": "S1", "name": "示例·甲站"})).ok
    with sqlite_database.read() as session:
        record = next(stations.records(session))
    assert (record.status, record.capacity, record.served_districts) == ("运行", 10, ())


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_csv_is_read_in_the_charsets_that_spreadsheets_write(
    directory: DirectoryService, sqlite_database: Database, tmp_path: Path, charset: str
) -> None:
    path = tmp_path / "given.csv"
    path.write_text("编号,名称,关键词,协议结束\nS1,示例·甲站,涂布、浆料,2027/1/5\n", encoding=charset)
    assert directory.import_stations(path).errors == []
    with sqlite_database.read() as session:
        record = next(stations.records(session))
    assert record.name == "示例·甲站"
    assert record.keywords == ("涂布", "浆料")
    assert record.agreement == {"end": "2027-01-05"}


@pytest.mark.parametrize("written", ['["涂布", "浆料"]', "['涂布', '浆料']", "涂布;浆料", "涂布；浆料\n"])
def test_lists_in_cells_are_read_as_people_and_programs_write_them(
    directory: DirectoryService, sqlite_database: Database, tmp_path: Path, written: str
) -> None:
    path = tmp_path / "given.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["station_id", "name", "keywords"], ["S1", "示例·甲站", written]])
    directory.import_stations(path)
    with sqlite_database.read() as session:
        assert next(stations.records(session)).keywords == ("涂布", "浆料")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_cells_that_look_like_formulas_are_made_harmless_and_come_back(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path], tmp_path: Path, ending: str
) -> None:
    name = '=HYPERLINK("http://example.invalid")'
    directory.import_stations(jsonl(GOOD | {"name": name, "host_name": "@厂", "zone": "'+园"}))
    path = tmp_path / f"out.{ending}"
    directory.export_stations(path)
    if ending == "csv":
        cells = [
            cell for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)) for cell in row
        ]
    else:
        book = openpyxl.load_workbook(path)
        assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
        cells = [str(cell.value or "") for row in book.worksheets[0].iter_rows() for cell in row]
        book.close()
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    assert directory.import_stations(path).unchanged == 1
    assert _names(sqlite_database) == {"S1": name}


def test_formulas_of_a_workbook_are_not_taken_as_values(directory: DirectoryService, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["编号", "名称"], ["S1", "=1+1"]):
        book.worksheets[0].append(row)
    path = tmp_path / "given.xlsx"
    book.save(path)
    assert [error.column for error in directory.import_stations(path).errors] == ["名称"]


def test_a_workbook_that_unpacks_to_a_huge_one_is_refused(directory: DirectoryService, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in range(5):
            packed.writestr(f"xl/{part}.xml", b"\0" * 50 * 2**20)
    assert "太大" in directory.import_stations(path).errors[0].message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("given.xlsx", b"not a workbook"),
        ("given.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("given.csv", b""),
        ("given.csv", "名称,关键词\n甲,乙\n".encode()),
        ("given.csv", "编号,名称,颜色\nS1,甲,红\n".encode()),
        ("given.csv", "编号,名称,name\nS1,甲,乙\n".encode()),
        ("given.csv", b"\xff\x00\xfe\x81\x20"),
        ("given.jsonl", b"\n\n"),
        ("given.txt", b"x"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(
    directory: DirectoryService, sqlite_database: Database, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    report = directory.import_stations(path)
    assert len(report.errors) == 1
    assert report.errors[0].message
    assert _names(sqlite_database) == {}


def test_a_missing_file_is_named(directory: DirectoryService, tmp_path: Path) -> None:
    assert "nowhere.csv" in directory.import_stations(tmp_path / "nowhere.csv").errors[0].message


def test_liaisons_keep_their_rows_and_leave_when_no_longer_listed(
    directory: DirectoryService, sqlite_database: Database, jsonl: Callable[..., Path]
) -> None:
    people = [{"name": "甲", "telegram_id": 42, "phone": "13800000000"}, {"name": "乙", "role": "backup"}]
    directory.import_stations(jsonl(GOOD | {"liaisons": people}))
    with sqlite_database.read() as session:
        row = stations.station_by_id(session, "S1")
        assert row is not None
        first = {person.name: person.id for person in row.liaisons}
    directory.import_stations(jsonl(GOOD | {"liaisons": [{"name": "甲", "role": "primary", "telegram_id": 43}]}))
    with sqlite_database.read() as session:
        row = stations.station_by_id(session, "S1")
        assert row is not None
        assert {person.name: person.id for person in row.liaisons} == first
        assert [(person.name, person.telegram_id, person.active) for person in row.liaisons] == [
            ("甲", 43, True),
            ("乙", None, False),
        ]
