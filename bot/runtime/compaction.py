"""Long conversations: their state as a few events, so that a turn costs the same on the hundredth day."""

from collections.abc import Sequence

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    ConversationPaused,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

_UNDO = (ActionReverted, UserUtteranceReverted, Restarted, SessionStarted)


def compacted(tracker: DialogueStateTracker, domain: Domain, keep_turns: int = 3) -> list[Event]:
    """Events that lead to the same state and the same next steps as all of the tracker's.

    The last `keep_turns` turns stay as they were (policies look back a few turns); what came before
    becomes a session start, the slots, the active loop and a listen. The tracker must be listening.
    """
    events = list(tracker.events)
    cut = _cut(events, keep_turns)
    before = tracker
    if cut < len(events):
        before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots, domain=domain)
    return [*state(before), *events[cut:]]


def state(tracker: DialogueStateTracker) -> list[Event]:
    """The least events that lead to the tracker's slots, loop and pause, ending with a listen."""
    at = tracker.events[-1].timestamp if tracker.events else None
    found: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(at)]
    found += [
        SlotSet(name, slot.value, timestamp=at)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value and name != SESSION_START_METADATA_SLOT
    ]
    loop = tracker.active_loop
    if loop and loop.name:
        found += [ActionExecuted(loop.name, timestamp=at), ActiveLoop(loop.name, timestamp=at)]
    found.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=at))
    if loop and loop.name:
        found += [LoopInterrupted(True, timestamp=at)] if loop.is_interrupted else []
        found += [ActionExecutionRejected(loop.name, timestamp=at)] if loop.rejected else []
    if tracker.is_paused():
        found.append(ConversationPaused(timestamp=at))
    return found


def _cut(events: Sequence[Event], keep_turns: int) -> int:
    """Index behind the listen that precedes the last `keep_turns` turns; the end when one of them undoes something."""
    turns = 0
    for index in range(len(events) - 1, 0, -1):
        if isinstance(events[index], _UNDO):
            return len(events)
        if isinstance(events[index], UserUttered):
            turns += 1
            if turns == keep_turns:
                return index if _listens(events[index - 1]) else len(events)
    return len(events)


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
