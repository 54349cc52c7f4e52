"""The simulator's own words, from texts.yml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _all() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return loaded


def text(key: str, **values: object) -> str:
    """The text at the dotted `key` with its places filled."""
    found: Any = _all()
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values)


def table(key: str) -> dict[str, str]:
    """A whole section, for example the terminal's commands."""
    return dict(_all()[key])
