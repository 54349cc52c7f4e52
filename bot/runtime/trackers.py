"""Copies of trackers, and what of their events counts, without replaying the conversation each time."""

import copy
from itertools import islice
from typing import Any

from rasa.core.actions.forms import FormAction
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.version import require

_SEEN = "_zhuli_applied"


def use_light_trackers() -> None:
    """Replace five methods of Rasa 3.6.21; raises UnsupportedRasa for another release.

    `DialogueStateTracker.copy` copies the state instead of replaying the events, and shares the slots with its
    copies, so `_set_slot` and `_reset_slots` put another slot in a slot's place instead of changing it;
    `applied_events` goes on from where it was at the last call; `FormAction._temporary_tracker` adds events to
    such a copy.
    """
    require("DialogueStateTracker.copy, _set_slot, _reset_slots, applied_events and FormAction._temporary_tracker")
    if DialogueStateTracker.copy is _copy:
        return
    FormAction._temporary_tracker = _temporary(FormAction._temporary_tracker)
    DialogueStateTracker.applied_events = _applied(DialogueStateTracker.applied_events)
    DialogueStateTracker._set_slot = _setting(DialogueStateTracker._set_slot)
    DialogueStateTracker._reset_slots = _reset_slots
    DialogueStateTracker.copy = _copy


def _copy(self: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker with the same events and state; as in Rasa's own copies, its events are not marked with a model.

    A follow-up action that was taken already is not there again, as it is after Rasa's replay.
    """
    made = object.__new__(type(self))
    made.__dict__.update(self.__dict__)
    made.__dict__.pop(_SEEN, None)
    made.events = self.events.copy()
    made.slots = dict(self.slots)
    made.active_loop = copy.copy(self.active_loop)
    made.model_id = made.assistant_id = made.sender_source = None
    return made


def _setting(original: Any) -> Any:
    def _set_slot(self: DialogueStateTracker, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        original(self, key, value)

    return _set_slot


def _reset_slots(self: DialogueStateTracker) -> None:
    for key, slot in self.slots.items():
        fresh = copy.copy(slot)
        fresh.reset()
        self.slots[key] = fresh


def _temporary(original: Any) -> Any:
    def _temporary_tracker(
        self: FormAction, current_tracker: DialogueStateTracker, additional_events: list[Event], domain: Domain
    ) -> DialogueStateTracker:
        if any(type(event) is Restarted for event in current_tracker.events):
            return original(self, current_tracker, additional_events, domain)
        made = current_tracker.copy()
        made.update(SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker)))
        made.update(ActionExecuted(self.name()))
        for event in additional_events:
            made.update(event)
        return made

    return _temporary_tracker


class _Seen:
    """How far a tracker's events were followed, and those of them that count."""

    __slots__ = ("applied", "count", "events", "last", "loops")

    def __init__(self, events: Any, loops: set[str]) -> None:
        self.events, self.loops = events, loops
        self.applied: list[Event] = []
        self.count = 0
        self.last: Event | None = None

    def continues(self, events: Any) -> bool:
        """False when `events` are not those followed so far and more."""
        if self.events is not events or self.count > len(events):
            return False
        return self.count == 0 or events[self.count - 1] is self.last

    def follow(self, tracker: DialogueStateTracker) -> None:
        """The loop of Rasa's DialogueStateTracker.applied_events, for the events that came since."""
        for event in islice(self.events, self.count, None):
            self._take(tracker, event)
            self.last = event
        self.count = len(self.events)

    def _take(self, tracker: DialogueStateTracker, event: Event) -> None:
        applied = self.applied
        if isinstance(event, _RESETS):
            applied.clear()
        elif isinstance(event, ActionReverted):
            tracker._undo_till_previous(ActionExecuted, applied)
        elif isinstance(event, UserUtteranceReverted):
            tracker._undo_till_previous(UserUttered, applied)
            tracker._undo_till_previous(ActionExecuted, applied)
        elif self._runs_on(tracker, event):
            tracker._undo_till_previous_loop_execution(event.action_name, applied)
        else:
            applied.append(event)

    def _runs_on(self, tracker: DialogueStateTracker, event: Event) -> bool:
        """True for a loop that runs again without anything having come between."""
        return (
            isinstance(event, ActionExecuted)
            and event.action_name in self.loops
            and not tracker._first_loop_execution_or_unhappy_path(event.action_name, self.applied)
        )


_RESETS = (Restarted, SessionStarted)


def _applied(original: Any) -> Any:
    def applied_events(self: DialogueStateTracker) -> list[Event]:
        if self._max_event_history is not None:
            found: list[Event] = original(self)
            return found
        seen: _Seen | None = self.__dict__.get(_SEEN)
        start = seen.count if seen is not None and seen.continues(self.events) else 0
        loops = {event.name for event in islice(self.events, start, None) if isinstance(event, ActiveLoop)} - {None}
        if seen is None or not start or not loops <= seen.loops:
            # the name of a loop counts for all events, also for those before it
            seen = self.__dict__[_SEEN] = _Seen(self.events, _loops(self))
        seen.follow(self)
        return list(seen.applied)

    return applied_events


def _loops(tracker: DialogueStateTracker) -> set[str]:
    return {event.name for event in tracker.events if isinstance(event, ActiveLoop) and event.name}
