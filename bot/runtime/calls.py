"""What Rasa prepares for an action, and which slots it looks at for one: only what is needed."""

import copy
from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, overload

import rasa
from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.policies import rule_policy
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.actions import InProcessActions
from bot.runtime.version import require

Json = dict[str, Any]


def use_light_calls() -> None:
    """Replace three things of Rasa 3.6.21; raises UnsupportedRasa for another release.

    `RemoteAction._action_call_format`: an action in this process gets the events as they are read.
    `ActionExtractSlots.run`: slots that nothing fills are left out of the look at all slots.
    `copy` in three modules, which use it for the arguments of debug logs and nothing else.
    """
    require("RemoteAction._action_call_format, ActionExtractSlots.run and copies for debug logs")
    if "original" in vars(RemoteAction._action_call_format):
        return
    RemoteAction._action_call_format = _call_format(RemoteAction._action_call_format)
    ActionExtractSlots.run = _extract_slots(ActionExtractSlots.run)
    for module in (processor, forms, rule_policy):
        module.copy = _Uncopied


class _Uncopied:
    """Stands in for the module `copy` where the copy would only be logged, at a level that is never on."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


class EventDicts(MutableSequence[Json]):
    """Events as the list of dicts that actions know; a dict is made when it is first read."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._items: list[Event | Json] = list(events)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Json: ...
    @overload
    def __getitem__(self, place: slice) -> MutableSequence[Json]: ...
    def __getitem__(self, place: int | slice) -> Json | MutableSequence[Json]:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        item = self._items[place]
        if isinstance(item, Event):
            item = self._items[place] = item.as_dict()
        return item

    def __setitem__(self, place: Any, value: Any) -> None:
        self._items[place] = value

    def __delitem__(self, place: int | slice) -> None:
        del self._items[place]

    def insert(self, index: int, value: Json) -> None:
        self._items.insert(index, value)


def _call_format(original: Any) -> Any:
    def _action_call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Json:
        if not isinstance(self.action_endpoint, InProcessActions) or not self._is_selective_domain_enabled():
            found: Json = original(self, tracker, domain)
            return found
        call = {"next_action": self._name, "sender_id": tracker.sender_id, "version": rasa.__version__}
        if domain.does_custom_action_explicitly_need_domain(self._name):
            call["domain"] = domain.as_dict()
        return {**call, "tracker": _state(tracker)}

    _action_call_format.original = original  # type: ignore[attr-defined]
    return _action_call_format


def _state(tracker: DialogueStateTracker) -> Json:
    """DialogueStateTracker.current_state(EventVerbosity.ALL)."""
    return {
        "sender_id": tracker.sender_id,
        "slots": tracker.current_slot_values(),
        "latest_message": tracker._latest_message_data(),
        "latest_event_time": tracker.events[-1].timestamp if tracker.events else None,
        "followup_action": tracker.followup_action,
        "paused": tracker.is_paused(),
        "events": EventDicts(tracker.events),
        "latest_input_channel": tracker.get_latest_input_channel(),
        "active_loop": dict(vars(tracker.active_loop)) if tracker.active_loop else {},
        "latest_action": tracker.latest_action,
        "latest_action_name": tracker.latest_action_name,
    }


def _extract_slots(original: Any) -> Any:
    views: list[tuple[Domain, Domain]] = []

    async def run(
        self: ActionExtractSlots, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
    ) -> list[Event]:
        if not views or views[0][0] is not domain:
            views[:] = [(domain, _view(domain))]
        found: list[Event] = await original(self, output_channel, nlg, tracker, views[0][1])
        return found

    return run


def _view(domain: Domain) -> Domain:
    """The domain with the slots that are worth a look."""
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions:
        return domain
    view = copy.copy(domain)
    view.slots = filled(domain.slots)
    return view


def filled(slots: Sequence[Slot]) -> list[Slot]:
    """Slots without those whose mappings do nothing, or run the very action that an earlier slot runs."""
    found: list[Slot] = []
    known: list[Json] = []
    for slot in slots:
        fresh = [mapping for mapping in slot.mappings if _acts(mapping) and mapping not in known]
        if fresh:
            found.append(slot)
            known += [mapping for mapping in fresh if _is_custom(mapping) and "conditions" not in mapping]
    return found


def _acts(mapping: Json) -> bool:
    return not _is_custom(mapping) or bool(mapping.get("action"))


def _is_custom(mapping: Json) -> bool:
    return mapping.get("type") == "custom"
