"""Demands as files."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.services.demand_record import KEYS
from bot.services.export import DemandExport, UnknownFormatError, demands_export, harmless
from models import AuditEntry, Database
from models.repositories import exports
from tests.conftest import Clock
from tests.console import factories


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as session:
        station = factories.station(session)
        factories.share_consent(session, factories.demand(session, station), station)
        factories.demand(session, title="=HYPERLINK(1)", budget_kind="negotiable", budget_min=None, budget_max=None)
    return database


def test_json_lines_have_the_product_keys_in_order(filled: Database, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "demands.jsonl"
    assert demands_export(filled, path, contacts=False, clock=clock) == 2
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert tuple(first) == KEYS
    assert first["budget"] == {"kind": "amount", "min": 30.0, "max": 50.0}
    assert first["deadline"] == "2027-06-30"
    assert first["phone"] == "138****0000"
    assert [(one["kind"], one["given"]) for one in first["consents"]] == [("share", True)]
    assert second["budget"] == {"kind": "negotiable", "min": None, "max": None}


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx"])
def test_contacts_are_in_clear_only_when_asked_for(filled: Database, clock: Clock, tmp_path: Path, ending: str) -> None:
    masked, clear = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    demands_export(filled, masked, contacts=False, clock=clock)
    demands_export(filled, clear, contacts=True, clock=clock)
    assert "13800000000" not in text_of(masked)
    assert "13800000000" in text_of(clear)
    with filled.read() as session:
        asked = [entry.data for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert asked == [{"contacts": False, "count": 2}, {"contacts": True, "count": 2}]


def test_tables_hold_no_formulas(filled: Database, clock: Clock, tmp_path: Path) -> None:
    for name in ("demands.csv", "demands.xlsx"):
        demands_export(filled, tmp_path / name, contacts=False, clock=clock)
        assert "'=HYPERLINK(1)" in text_of(tmp_path / name)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_text_that_starts_like_a_formula_is_quoted(start: str) -> None:
    assert harmless(f"{start}cmd").startswith("'")


def test_other_endings_are_refused_and_leave_nothing(filled: Database, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError):
        demands_export(filled, tmp_path / "demands.pdf", contacts=False, clock=clock)
    assert not list(tmp_path.glob("*.pdf"))
    assert not list(tmp_path.glob(".export-*"))


def test_all_portions_are_written(
    filled: Database, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PORTION", 1)
    assert DemandExport(filled, clock).write(tmp_path / "demands.jsonl") == 2


def text_of(path: Path) -> str:
    """All cells of a file."""
    if path.suffix == ".xlsx":
        sheet = load_workbook(path).worksheets[0]
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    text = path.read_text(encoding="utf-8-sig")
    return "\n".join(cell for row in csv.reader(text.splitlines()) for cell in row) if path.suffix == ".csv" else text
