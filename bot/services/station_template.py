"""An empty directory as a workbook: headings, one example, drop-down lists, how to fill it in, and the codes."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.core import taxonomy
from bot.core.demand import CATEGORIES
from bot.core.station import GRADES, LEVELS
from bot.services.station_cells import CHOICES
from bot.services.station_columns import HEADINGS
from bot.services.station_files import SHEET

REQUIRED = ("station_id", "name")
LAST_ROW = 5000
"""Rows that have drop-down lists."""
LISTED: dict[str, tuple[str, ...]] = {**CHOICES, "society_level": LEVELS, "demo": ("是", "否")}
"""Columns of one value out of a few."""
SHOWN = {**LISTED, "categories": CATEGORIES, "yearly_grade": GRADES}


@cache
def guide() -> dict[str, Any]:
    """What the sheets say."""
    path = Path(__file__).parent / "data" / "station_guide.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def codes() -> Iterator[tuple[str, str, str]]:
    """(table, code, name) of everything that the import accepts as a code."""
    tables = guide()["tables"]
    for column, table in (
        ("hightech_fields", taxonomy.hightech()),
        ("disciplines", taxonomy.disciplines()),
        ("industry_prefixes", taxonomy.industries()),
    ):
        yield from ((tables[column], entry.code, entry.name) for entry in table.values())
    yield from ((tables["society_code"], code, name) for code, name in taxonomy.national_societies().items())
    yield from ((tables["district"], name, name) for name in dict.fromkeys(taxonomy.districts().values()))


def write(path: Path) -> None:
    """An XLSX file; the import reads its first sheet and takes the example as it stands."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    _fill(sheet)
    _explain(book.create_sheet(guide()["sheet"]))
    _list_codes(book.create_sheet(guide()["codes"]))
    book.save(path)


def _fill(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append(list(HEADINGS.values()))
    sheet.append([guide()["example"].get(column, "") for column in HEADINGS])
    sheet.freeze_panes = "C2"
    for place, column in enumerate(HEADINGS, start=1):
        letter = get_column_letter(place)
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(2, place).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = 30 if column in ("name", "services", "keywords", "liaisons") else 16
        for row in range(2, 200):
            sheet.cell(row, place).number_format = "@"
    _drop_downs(sheet)


def _drop_downs(sheet: Any) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    places = {column: get_column_letter(place) for place, column in enumerate(HEADINGS, start=1)}
    districts = tuple(dict.fromkeys(taxonomy.districts().values()))
    for column, values in {**LISTED, "district": districts}.items():
        rule = DataValidation(type="list", formula1=f'"{",".join(values)}"', allow_blank=True)
        rule.error = guide()["choice"]
        rule.add(f"{places[column]}2:{places[column]}{LAST_ROW}")
        sheet.add_data_validation(rule)


def _explain(sheet: Any) -> None:
    sheet.append(guide()["headings"])
    for column, heading in HEADINGS.items():
        required = guide()["required"] if column in REQUIRED else ""
        sheet.append([heading, required, guide()["columns"][column], "、".join(SHOWN.get(column, ()))])
    for letter, width in (("A", 16), ("C", 70), ("D", 60)):
        sheet.column_dimensions[letter].width = width


def _list_codes(sheet: Any) -> None:
    sheet.append(guide()["code_headings"])
    for row in codes():
        sheet.append(row)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["C"].width = 60
