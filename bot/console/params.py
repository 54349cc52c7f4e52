"""Filters in a page's address, read leniently: what cannot be used does not narrow."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

MAX_TEXT = 100
OTHER = frozenset({"page", "sort", "done", "handled", "added", "updated"})
"""What does not narrow a list."""


class Params:
    """The query of an address, and the same query with changes."""

    def __init__(self, query: QueryParams) -> None:
        self._given = {key: clean(value) for key, value in query.items()}

    def text(self, name: str) -> str:
        return self._given.get(name, "")

    def flag(self, name: str) -> bool:
        return self._given.get(name, "") in ("1", "on", "true")

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self._given.get(name, ""))
        except ValueError:
            return None

    def page(self) -> int:
        given = self._given.get("page", "1")
        return min(max(int(given), 1), 100_000) if given.isascii() and given.isdigit() else 1

    def changed(self, **changes: str | int | None) -> str:
        """The query with changes, "?…"; None takes a filter away."""
        merged: Mapping[str, object] = {**self._given, **changes}
        kept = {key: value for key, value in merged.items() if value not in (None, "")}
        return "?" + urlencode(kept)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(value for key, value in self._given.items() if key not in OTHER)


def clean(text: str) -> str:
    """Without control characters, at most MAX_TEXT characters."""
    return "".join(char for char in text if char.isprintable()).strip()[:MAX_TEXT]
