"""Cheaper bookkeeping: the same copies and the same event classes."""

import copy
from collections.abc import Iterator

import pytest
import rasa
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.slots import AnySlot, BooleanSlot, CategoricalSlot, FloatSlot, ListSlot, Slot, TextSlot
from rasa.shared.utils.common import all_subclasses

from bot.runtime.bookkeeping import use_cheap_bookkeeping
from bot.runtime.version import UnsupportedRasa


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With the overrides, taken out afterwards."""
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    use_cheap_bookkeeping()
    yield
    if "__copy__" in vars(Slot):
        del Slot.__copy__


SLOTS = [
    TextSlot("a", [], "x"),
    BooleanSlot("b", [], True),
    ListSlot("c", [], ["1", "2"]),
    FloatSlot("d", [], 0.5),
    CategoricalSlot("e", [], values=["x", "y"], initial_value="y"),
    AnySlot("f", [], {"k": [1]}),
]


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: type(slot).__name__)
def test_a_copied_slot_is_what_copy_makes_of_it(slot: Slot, request: pytest.FixtureRequest) -> None:
    plain = copy.copy(slot)
    request.getfixturevalue("cheap")
    made = copy.copy(slot)
    assert type(made) is type(plain)
    assert vars(made) == vars(plain)
    made.value = None
    assert slot.value == plain.value


def test_every_event_class_is_found_as_before(request: pytest.FixtureRequest) -> None:
    names = {found.type_name for found in all_subclasses(Event)} - {None}
    before = {name: Event.resolve_by_type(name) for name in names}
    request.getfixturevalue("cheap")
    assert {name: Event.resolve_by_type(name) for name in names} == before


@pytest.mark.usefixtures("cheap")
def test_unknown_names_and_later_classes_are_looked_up() -> None:
    assert Event.resolve_by_type("no_such_event", SlotSet) is SlotSet

    class Later(SlotSet):
        type_name = "later"

    assert Event.resolve_by_type("later") is Later


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Event.resolve_by_type
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(UnsupportedRasa):
        use_cheap_bookkeeping()
    assert Event.resolve_by_type is before
