"""The words of notices."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


def enterprise(kind: str, **values: Any) -> str:
    """A notice to the enterprise; KeyError for an unknown kind."""
    return str(_texts()["enterprise"][kind]).format(**values)


def liaison(kind: str, **values: Any) -> str:
    """A notice to a liaison."""
    return str(_texts()["liaison"][kind]).format(**values)


def choice(name: str, **values: Any) -> str:
    return str(_texts()["choices"][name]).format(**values)


def button(name: str) -> str:
    return str(_texts()["buttons"][name])


def step(state: str) -> str:
    """What a demand in this state waits for; empty when it waits for nothing."""
    return str(_texts()["steps"].get(state, ""))


@cache
def _texts() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return found
