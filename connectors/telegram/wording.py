"""The channel's own words."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Texts:
    """`start` takes {id}."""

    start: str
    busy: str
    busy_text: str
    placeholder: str


def load_texts() -> Texts:
    return Texts(**yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8")))
