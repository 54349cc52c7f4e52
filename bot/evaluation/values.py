"""Values of a message against its labels (architecture, "Values in fields")."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.evaluation.metrics import share

JUDGED = ("budget", "deadline", "phone", "district", "enterprise_name", "contact_name", "uscc")
"""What must not be taken from a message that holds no value."""


@dataclass
class Tally:
    """One field: how often it was there, was right, was another value, was not found, was taken where it is not."""

    wanted: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    false: int = 0
    without: int = 0
    """Messages that hold none of it."""

    @property
    def exact(self) -> float:
        return share(self.right, self.wanted)


@dataclass(frozen=True)
class Miss:
    """A value that is not as it should be."""

    text: str
    field: str
    wanted: Any
    got: Any


@dataclass
class Values:
    """All fields together; false values are counted a message without one."""

    fields: dict[str, Tally] = field(default_factory=dict)
    messages: int = 0
    """Judged messages in which at least one field must stay empty."""
    misses: list[Miss] = field(default_factory=list)

    @property
    def exact(self) -> float:
        """Right values of all wanted ones."""
        return share(self._sum("right"), self._sum("wanted"))

    @property
    def false(self) -> int:
        return self._sum("false")

    def _sum(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.fields.values())

    def judge(self, text: str, judged: Collection[str], wanted: Mapping[str, Any], got: Mapping[str, Any]) -> None:
        """Counts one message; only the `judged` fields are looked at."""
        self.messages += any(wanted.get(name) is None for name in judged)
        for name in judged:
            tally = self.fields.setdefault(name, Tally())
            label, found = wanted.get(name), got.get(name)
            fine = same(name, label, found)
            tally.without += label is None
            tally.wanted += label is not None
            tally.right += label is not None and fine
            tally.missed += label is not None and found is None
            tally.wrong += label is not None and found is not None and not fine
            tally.false += label is None and found is not None
            if not fine:
                self.misses.append(Miss(text, name, label, found))


def same(name: str, label: Any, found: Any) -> bool:
    """Exact but for width, case, dashes in a labelled number and keys without a value.

    A list of labels holds what is acceptable, of indicators all of them.
    """
    if label is None or found is None:
        return label is found
    if name == "indicators":
        return sorted(map(str, map(_plain, label))) == sorted(map(str, map(_plain, found)))
    if isinstance(label, list):
        return any(_plain(one) == _plain(found) for one in label)
    if name == "phone":
        return re.sub(r"\D", "", str(label)) == str(found)
    return bool(_plain(label) == _plain(found))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip().casefold()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in sorted(value.items()) if one is not None}
    return value
