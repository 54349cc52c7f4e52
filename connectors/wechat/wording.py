"""The channel's own texts and its menu, from the files beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class MenuButton:
    """A menu entry: its title and the payload that a tap sends to the dialogue."""

    title: str
    payload: str


@dataclass(frozen=True)
class ChannelTexts:
    """Texts for users, by occasion; `said` stands in transcripts for what is no text, by kind of push."""

    choice_hint: str
    outage: str
    failure: str
    said: Mapping[str, str]


def load_texts(path: Path = _HERE / "texts.yml") -> ChannelTexts:
    """Reads texts.yml."""
    return ChannelTexts(**_read(path))


def load_menu(path: Path = _HERE / "menu.yml") -> dict[str, MenuButton]:
    """Reads menu.yml: buttons by their key."""
    return {key: MenuButton(**button) for key, button in _read(path)["buttons"].items()}


def wechat_menu(buttons: Mapping[str, MenuButton]) -> dict[str, Any]:
    """The body of WeChat's menu/create: the first button alone, the others under the help button's title."""
    entries = [{"type": "click", "name": one.title, "key": key} for key, one in buttons.items()]
    if len(entries) <= 3:
        return {"button": entries}
    return {"button": [*entries[:2], {"name": entries[-1]["name"], "sub_button": entries[2:]}]}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found
