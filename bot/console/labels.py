"""Chinese words for the codes of the database (labels.yml)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.core.case import State


class Labels:
    """Looks words up by group and code; an unknown code stands for itself."""

    def __init__(self, groups: dict[str, dict[str, str]]) -> None:
        self._groups = groups

    def __call__(self, group: str, code: Any, default: str | None = None) -> str:
        if code is None or code == "":
            return default or ""
        return self._groups.get(group, {}).get(str(code), str(code) if default is None else default)

    def group(self, name: str) -> dict[str, str]:
        """Codes and words of a group in the order of the file."""
        return self._groups[name]


@cache
def load(path: Path = Path(__file__).with_name("labels.yml")) -> Labels:
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return Labels({"state": {state.value: state.label for state in State}, **raw})
