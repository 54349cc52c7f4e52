"""Two costs of Rasa's per-turn bookkeeping, cut without a change of what it does."""

from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.utils.common import all_subclasses

from bot.runtime.version import require


def use_cheap_bookkeeping() -> None:
    """Install both; raises UnsupportedRasa for another release than the one they were written for.

    `Slot.__copy__`: Rasa copies every slot for every tracker it makes, some 200 a turn, by copy's slow path.
    `Event.resolve_by_type` (Rasa 3.6.21): walks the tree of event classes for every event it reads; here a
    table is made once for the classes that exist then, and the walk is left for names it does not hold.
    """
    require("Slot.__copy__ and Event.resolve_by_type")
    Slot.__copy__ = _copy_slot
    Event.resolve_by_type = staticmethod(_resolver(Event.resolve_by_type))


def _copy_slot(slot: Slot) -> Slot:
    """A shallow copy, as copy.copy makes of an object without hooks of its own."""
    made = object.__new__(type(slot))
    made.__dict__.update(slot.__dict__)
    return made


def _resolver(original: Any) -> Any:
    walk = getattr(original, "walk", original)
    table = {found.type_name: found for found in reversed(all_subclasses(Event))}

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        found: type[Event] | None = table.get(type_name)
        if found is not None:
            return found
        resolved: type[Event] | None = walk(type_name, default)
        return resolved

    resolve_by_type.walk = walk  # type: ignore[attr-defined]
    return resolve_by_type
