"""Undoing the last import in the console."""

import json
import re
from typing import Any

from bot.core.roles import Role
from models import AuditEntry, Database, Station
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.imports import imported
from tests.console.web import TestClient

FIRST = {"station_id": "S1", "name": "示例·甲站", "capacity": 7, "district": "郫都区"}
NEW = {"station_id": "S2", "name": "示例·乙站"}


def put(client: TestClient, *rows: dict[str, Any]) -> str:
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    page = client.post("/stations/import", files={"file": ("a.jsonl", content)}).text
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return imported(client, found[1])


def names(db: Database) -> dict[str, int]:
    with db.read() as session:
        return {row.station_id: row.capacity for row in session.query(Station)}


def run_in(page: str) -> str:
    found = re.search(r'name="run" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_button_the_confirmation_and_the_result(browser: Browser, db: Database) -> None:
    client = browser(Role.CITY)
    assert "撤销上次导入" not in client.get("/stations").text
    put(client, FIRST)
    assert "撤销这次导入" in put(client, FIRST | {"capacity": 3}, NEW)
    assert 'href="/stations/import/undo"' in client.get("/stations").text
    page = client.get("/stations/import/undo").text
    assert "示例city" in page
    assert "新增 1，更新 1" in page
    assert 'data-label="恢复的列">在办上限<' in page
    assert 'data-label="服务站">示例·乙站<' in page
    assert names(db) == {"S1": 3, "S2": 10}
    done = client.post("/stations/import/undo", data={"run": run_in(page)})
    assert "恢复 <b>1</b> 个站，移除 <b>1</b> 个新站" in done.text
    assert names(db) == {"S1": 7}
    with db.read() as session:
        assert session.query(AuditEntry).filter_by(action="stations_undone").one().actor_id == "city.user"
    assert "撤销上次导入</a>" not in client.get("/stations").text


def test_a_second_confirmation_is_told_that_it_is_done(browser: Browser, db: Database) -> None:
    client = browser(Role.CITY)
    put(client, FIRST)
    run = run_in(client.get("/stations/import/undo").text)
    client.post("/stations/import/undo", data={"run": run})
    again = client.post("/stations/import/undo", data={"run": run})
    assert again.status_code == 409
    assert "没有可以撤销的导入" in again.text


def test_a_station_with_a_case_is_named_with_the_reason_and_there_is_no_button(browser: Browser, db: Database) -> None:
    client = browser(Role.CITY)
    put(client, FIRST)
    run = run_in(client.get("/stations/import/undo").text)
    with db.begin() as session:
        factories.demand(session, session.query(Station).filter_by(station_id="S1").one())
    for page in (client.get("/stations/import/undo"), client.post("/stations/import/undo", data={"run": run})):
        assert "示例·甲站" in page.text
        assert "导入后已经有了需求" in page.text
        assert "确认撤销" not in page.text
    assert names(db) == {"S1": 7}


def test_it_is_for_those_who_keep_the_directory(browser: Browser) -> None:
    put(browser(Role.CITY), FIRST)
    other = browser(Role.DISTRICT, "郫都区")
    assert other.get("/stations/import/undo").status_code == 403
    assert other.post("/stations/import/undo", data={"run": "1"}).status_code == 403
    assert "撤销上次导入" not in other.get("/stations").text


def test_nonsense_instead_of_a_number_is_refused(browser: Browser) -> None:
    client = browser(Role.CITY)
    for run in ("", "x", "0", str(2**40)):
        assert client.post("/stations/import/undo", data={"run": run}).status_code == 400
