"""The empty directory that people fill in."""

from pathlib import Path

import openpyxl
import pytest

from bot.core import taxonomy
from bot.core.station import KINDS, STATUSES
from bot.services import station_files, station_rows, station_template
from bot.services.directory import DirectoryService
from bot.services.station_columns import HEADINGS
from models import Database
from tests.conftest import Clock


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    station_template.write(path)
    return path


def test_the_example_is_taken_as_it_stands_and_fills_every_column_but_three(
    template: Path, sqlite_database: Database, clock: Clock
) -> None:
    report = DirectoryService(sqlite_database, clock).import_stations(template)
    assert (report.errors, report.added) == ([], 1)
    (row,) = station_files.read(template)
    assert isinstance(row, tuple)
    assert set(HEADINGS) - row[1].keys() == {"society_code", "status_reason"}
    (checked,) = station_rows.check(station_files.read(template)).records
    assert checked[1].demo
    assert [person["role"] for person in checked[1].liaisons] == ["primary", "backup"]


def test_columns_of_a_few_values_have_drop_down_lists(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)[station_files.SHEET]
    rules = [str(rule.formula1).strip('"').split(",") for rule in sheet.data_validations.dataValidation]
    assert list(KINDS) in rules
    assert list(STATUSES) in rules
    assert sorted(set(taxonomy.districts().values())) in [sorted(rule) for rule in rules]
    assert all(len(",".join(rule)) <= 255 for rule in rules)


def test_every_column_is_explained_and_every_code_listed(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    guide = list(book[station_template.guide()["sheet"]].values)
    assert [row[0] for row in guide[1:]] == list(HEADINGS.values())
    assert all(row[2] for row in guide)
    listed = {str(row[1]) for row in book[station_template.guide()["codes"]].values}
    assert listed > {*taxonomy.hightech(), *taxonomy.disciplines(), *taxonomy.industries()}
    assert listed > {*taxonomy.national_societies(), "郫都区"}


def test_the_sheet_of_the_directory_is_found_behind_others(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    book.move_sheet(station_files.SHEET, offset=2)
    book.save(template)
    assert len(station_rows.check(station_files.read(template)).records) == 1
