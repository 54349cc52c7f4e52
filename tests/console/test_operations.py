"""Health, metrics, what the log says, and the demo's mount."""

import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.console.app import create_app
from bot.core.roles import Role
from bot.services.container import Services
from models import Database
from tests.console import factories
from tests.console.servers import running
from tests.console.web import TestClient


def test_health_follows_the_database(
    anonymous: TestClient, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert anonymous.get("/health").json() == {"status": "ok", "database": "up"}
    monkeypatch.setattr(db, "engine", Database(f"sqlite:///{tmp_path}", db.cipher).engine)
    down = anonymous.get("/health")
    assert (down.status_code, down.json()["database"]) == (503, "down")


def test_metrics_count_without_naming(anonymous: TestClient, db: Database) -> None:
    with db.begin() as session:
        factories.demand(session, factories.station(session))
    text = anonymous.get("/metrics").text
    assert 'zhuli_demands{state="awaiting_pickup"} 1.0' in text
    assert 'zhuli_notices{state="dead"} 1.0' in text
    assert "示例" not in text


@pytest.mark.process
def test_tokens_in_addresses_are_not_logged(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="uvicorn.error")
    with running(services) as address:
        assert httpx.get(f"{address}/l/secret-token-in-address").status_code == 404
    ours = [record.getMessage() for record in caplog.records if record.name.split(".")[0] not in ("httpx", "httpcore")]
    assert ours
    assert not [line for line in ours if "secret-token" in line]


def test_errors_are_answered_and_logged_without_their_text(
    app_with_failure: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = app_with_failure.get("/fails")
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "13800000000" not in caplog.text


@pytest.fixture
def app_with_failure(services: Services) -> TestClient:
    app = create_app(services)

    def fails() -> None:
        raise ZeroDivisionError("13800000000")

    app.add_api_route("/fails", fails)
    return TestClient(app)


def test_demo_is_mounted_only_when_given(services: Services, browser: Callable[..., TestClient]) -> None:
    async def phone(_: object) -> HTMLResponse:
        return HTMLResponse("phone", headers={"Content-Security-Policy": "default-src *"})

    demo = Starlette(routes=[Route("/", phone, methods=["GET", "POST"])])
    client = TestClient(create_app(services, demo))
    assert client.get("/demo/").headers["content-security-policy"] == "default-src *"
    assert client.post("/demo/", headers={"Origin": "http://elsewhere"}).text == "phone"
    assert browser(Role.CITY).get("/demo/").status_code == 404
