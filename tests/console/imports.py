"""Imports in the console, waited for until they have ended."""

from typing import cast

from bot.console.context import Context
from tests.console.web import TestClient


def context_of(client: TestClient) -> Context:
    return cast(Context, client.app.state.context)  # type: ignore[attr-defined]


def imported(client: TestClient, key: str) -> str:
    """The page of the import of the checked file, once it has ended."""
    answer = client.post("/stations/import/confirm", data={"key": key})
    context_of(client).imports.wait()
    return str(client.get(answer.url.path).text)
