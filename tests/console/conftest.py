"""The console over a fresh SQLite database, with signed-in browsers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from bot.console.app import create_app
from bot.core.roles import Role
from bot.services.audit import SYSTEM
from bot.services.container import Services
from bot.services.passwords import Passwords
from bot.services.users import UserService
from models import Database
from tests.conftest import Clock
from tests.console import assembly
from tests.console.web import TestClient

PASSWORD = "sample-Pass-2026"
Browser = Callable[..., TestClient]


@pytest.fixture
def db(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def users(db: Database, clock: Clock) -> UserService:
    """With a cheap hash, so that the tests do not wait."""
    return UserService(db, clock, Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)))


@pytest.fixture
def services(db: Database, clock: Clock, users: UserService, tmp_path: Path) -> Services:
    return assembly.services(db, clock, users, tmp_path)


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def browser(app: FastAPI, users: UserService) -> Browser:
    """Signs a person of the role in; the browser follows redirects."""

    def sign_in(role: Role, scope: str | None = None) -> TestClient:
        username = f"{role.value}.user"
        first = users.create(SYSTEM, username, f"示例{role.value}", role, scope)
        viewer = users.login.sign_in(username, first).viewer
        users.change_password(viewer, first, PASSWORD)
        client = TestClient(app)
        answer = client.post("/login", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 200
        return client

    return sign_in


@pytest.fixture
def bearer(users: UserService) -> Callable[..., dict[str, str]]:
    """Headers of a caller with the role."""

    def headers(role: Role, scope: str | None = None) -> dict[str, str]:
        username = f"{role.value}.api"
        users.create(SYSTEM, username, f"示例{role.value}", role, scope)
        return {"Authorization": f"Bearer {users.add_token(username, 'test')}"}

    return headers
