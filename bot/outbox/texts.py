"""The words of notices and of the liaisons' buttons."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


def enterprise(kind: str, **values: Any) -> str:
    """A notice to the enterprise; KeyError for an unknown kind."""
    return _text("enterprise", kind).format(**values)


def liaison(kind: str, **values: Any) -> str:
    """A notice to a liaison."""
    return _text("liaison", kind).format(**values)


def desk(name: str, **values: Any) -> str:
    """What a liaison reads after pressing a button."""
    return _text("desk", name).format(**values)


def handover(kind: str, **values: Any) -> str:
    """What a person and staff read when a conversation is taken over."""
    return _text("handover", kind).format(**values)


def choice(name: str, **values: Any) -> str:
    return _text("choices", name).format(**values)


def button(name: str) -> str:
    return _text("buttons", name)


def step(state: str) -> str:
    """What a demand in this state waits for; empty when it waits for nothing."""
    return str(_texts()["steps"].get(state, ""))


def _text(part: str, name: str) -> str:
    return str(_texts()[part][name])


@cache
def _texts() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return found
