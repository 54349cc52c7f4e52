"""Importing and exporting the directory in the console."""

import re
from datetime import timedelta

import pytest

from bot.core.roles import Role
from bot.services.shipped import DEMO_FILE
from models import AuditEntry, Database, Station
from tests.conftest import Clock
from tests.console.conftest import Browser
from tests.console.imports import imported

GOOD = DEMO_FILE.read_bytes()


def count(db: Database) -> int:
    with db.read() as session:
        return session.query(Station).count()


def test_checked_then_confirmed(browser: Browser, db: Database) -> None:
    client = browser(Role.CITY)
    checked = client.post("/stations/import", files={"file": ("stations.jsonl", GOOD)})
    assert "检查通过" in checked.text
    assert count(db) == 0
    key = key_in(checked.text)
    done = imported(client, key)
    assert "名录已导入：新增 <b>72</b>" in done
    assert count(db) == GOOD.count(b"\n")
    assert client.post("/stations/import/confirm", data={"key": key}).status_code == 410
    with db.read() as session:
        entry = session.query(AuditEntry).filter_by(action="stations_imported").one()
    assert entry.data["added"] == count(db)


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_mistakes_are_listed_by_row_and_nothing_is_kept(browser: Browser, db: Database) -> None:
    broken = GOOD.split(b"\n")[0] + b'\n{"station_id": ""}\nnot json\n'
    page = browser(Role.CITY).post("/stations/import", files={"file": ("stations.jsonl", broken)})
    assert page.status_code == 400
    assert "什么都没有导入" in page.text
    assert 'data-label="行">2<' in page.text
    assert 'data-label="行">3<' in page.text
    assert count(db) == 0


@pytest.mark.parametrize("name", ["stations.pdf", "stations", "../../stations.sh"])
def test_other_files_are_refused(browser: Browser, name: str) -> None:
    page = browser(Role.CITY).post("/stations/import", files={"file": (name, b"x")})
    assert page.status_code == 400
    assert "请选择 .xlsx" in page.text


def test_upload_belongs_to_its_person_and_is_forgotten(browser: Browser, clock: Clock, db: Database) -> None:
    mine, other = browser(Role.CITY), browser(Role.ADMIN)
    key = key_in(mine.post("/stations/import", files={"file": ("a.jsonl", GOOD)}).text)
    assert other.post("/stations/import/confirm", data={"key": key}).status_code == 410
    assert mine.post("/stations/import/confirm", data={"key": "../1-" + key}).status_code == 410
    clock.now += timedelta(minutes=90)
    mine.post("/stations/import", files={"file": ("b.jsonl", GOOD)})
    assert mine.post("/stations/import/confirm", data={"key": key}).status_code == 410
    assert count(db) == 0


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
def test_what_is_exported_can_be_imported(browser: Browser, db: Database, form: str) -> None:
    client = browser(Role.CITY)
    key = key_in(client.post("/stations/import", files={"file": ("a.jsonl", GOOD)}).text)
    imported(client, key)
    exported = client.get(f"/stations/export?form={form}")
    assert f".{form}" in exported.headers["content-disposition"]
    again = client.post("/stations/import", files={"file": (f"back.{form}", exported.content)})
    assert f"不变 <b>{count(db)}</b>" in again.text


def test_district_may_neither_import_nor_export(browser: Browser) -> None:
    client = browser(Role.DISTRICT, "郫都区")
    assert client.get("/stations/import").status_code == 403
    assert client.get("/stations/export").status_code == 403


def test_oversize_bodies_are_refused_before_they_are_read(browser: Browser) -> None:
    client = browser(Role.CITY)
    assert client.post("/preview", data={"text": "x" * 300_000}).status_code == 413
    form = {"content-type": "application/x-www-form-urlencoded"}
    unannounced = client.post("/preview", content=(b"text=" + b"x" * 9_999 for _ in range(30)), headers=form)
    assert unannounced.status_code == 413


def test_the_template_can_be_had_and_imported(browser: Browser) -> None:
    client = browser(Role.CITY)
    template = client.get("/stations/template")
    assert "stations-template.xlsx" in template.headers["content-disposition"]
    checked = client.post("/stations/import", files={"file": ("filled.xlsx", template.content)})
    assert "新增 <b>1</b>" in checked.text
    assert browser(Role.DISTRICT, "郫都区").get("/stations/template").status_code == 403


def test_the_check_names_the_columns_that_would_change(browser: Browser) -> None:
    client = browser(Role.CITY)
    key = key_in(client.post("/stations/import", files={"file": ("a.jsonl", GOOD)}).text)
    imported(client, key)
    line = GOOD.split(b"\n")[0].replace(b'"capacity": 10', b'"capacity": 4')
    page = client.post("/stations/import", files={"file": ("b.jsonl", line)}).text
    assert 'data-label="改动的列">在办上限<' in page
    assert "文件里没有提到，保持原样" in page
