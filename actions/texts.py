"""The bot's texts: responses of the domain, their variants used in turn."""

from typing import Any


class Texts:
    """Texts of the domain that Rasa hands to an action."""

    def __init__(self, domain: dict[str, Any]) -> None:
        self._responses: dict[str, list[dict[str, Any]]] = domain.get("responses", {})

    def has(self, name: str) -> bool:
        return name in self._responses

    def pick(self, name: str, turn: int = 0, /, **values: Any) -> str:
        """Variant number `turn` of response `name`; after the last one the second and the last take turns."""
        variants = self._responses[name]
        last = len(variants) - 1
        index = turn if turn <= last else last - (turn - last) % 2 if last else 0
        return str(variants[index]["text"]).format(**values)
