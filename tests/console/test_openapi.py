"""What the interface answers agrees with what its OpenAPI document says."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.core.roles import Role
from bot.services.audit import SYSTEM
from bot.services.container import Services
from models import Database
from tests.console import factories
from tests.console.servers import running


@pytest.fixture
def token(db: Database, services: Services) -> str:
    with db.begin() as session:
        station = factories.station(session)
        row = factories.demand(session, station, state="taken")
        factories.share_consent(session, row, station)
        factories.conversation(session, row.sender_id or "")
    services.users.create(SYSTEM, "api.admin", "示例", Role.ADMIN)
    return services.users.add_token("api.admin", "schemathesis")


@pytest.mark.process
def test_schemathesis_finds_no_disagreement(services: Services, token: str, tmp_path: Path) -> None:
    with running(services) as address:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{address}/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {token}",
            "--max-examples=12",
            "--seed=20261122",
            "--generation-database=none",
            "--no-color",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.process
def test_document_lists_every_path_with_its_errors(services: Services) -> None:
    with running(services) as address:
        document = httpx.get(f"{address}/api/v1/openapi.json").json()
    assert {path.split("/")[3] for path in document["paths"]} == {
        "demands",
        "experts",
        "results",
        "conversations",
        "stations",
        "stats",
        "users",
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403"} <= set(operation["responses"]), (path, method)
            assert operation["security"] == [{"HTTPBearer": []}]
