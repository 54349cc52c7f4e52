"""Trackers: live ones in memory, their events in a TurnLog, one record a turn."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, Restarted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.compaction import compacted
from bot.runtime.turns import BotReply, Json, MemoryTurnLog, Turn, TurnLog, UserTurn, running

_REPEATED = ("model_id", "assistant_id")
"""Metadata that Rasa adds to every event and that says nothing about the conversation."""
_NO_SLOT = "session_started_metadata"


@dataclass(slots=True)
class _Live:
    tracker: DialogueStateTracker
    recorded: int
    """How many of the tracker's events are in the log."""
    revision: int | None
    domain: Domain
    snapshot: int = 0
    """How many of them came with the last snapshot, if this process made it."""


URGENT = frozenset({"confirm_erase"})
"""Values of the slot `pending` that go before the form's question."""


class TurnTrackerStore(TrackerStore):
    """Rasa's tracker store over a TurnLog (`type: bot.runtime.tracker_store.TurnTrackerStore`).

    At most `live` trackers stay in memory; one whose turn was not recorded, or whose log was changed by
    someone else, is loaded anew. When more than `limit` events came after the last snapshot, a turn is
    recorded as the next one, with the last `keep_turns` turns as they were.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        log: TurnLog | None = None,
        live: int = 2000,
        limit: int = 40,
        keep_turns: int = 2,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.log: TurnLog = log or MemoryTurnLog()
        self._live: OrderedDict[str, _Live] = OrderedDict()
        self._capacity, self._limit, self._keep_turns = live, limit, keep_turns

    def __len__(self) -> int:
        """Number of live trackers."""
        return len(self._live)

    def forget(self, sender_id: str) -> None:
        """Drop the live tracker: the next turn starts from what was recorded."""
        self._live.pop(sender_id, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker as it was at the end of the last recorded turn; None for an unknown sender."""
        revision = await asyncio.to_thread(self.log.revision, sender_id)
        live = self._live.get(sender_id)
        if live and live.revision == revision and self._is_clean(live):
            self._live.move_to_end(sender_id)
            return live.tracker
        self.forget(sender_id)
        events = None if revision is None else await asyncio.to_thread(self.log.load, sender_id)
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        self._keep(tracker, revision)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Record what the turn added, all or nothing; on an error the live tracker is dropped."""
        live = self._live.get(tracker.sender_id)
        mine = live if live and live.tracker is tracker else None
        known = mine.recorded if mine else 0
        fresh = list(tracker.events)[known:]
        if not fresh:
            if not known:
                self._keep(tracker, None)
            return
        try:
            kept = self._after_turn(tracker, fresh, mine)
            turn = self._turn(tracker, fresh, None if kept is tracker else kept, whole=known == 0)
            base = mine.revision if mine else await asyncio.to_thread(self.log.revision, tracker.sender_id)
            turn = replace(turn, base=base)
            revision = await asyncio.to_thread(self.log.record, tracker.sender_id, turn)
        except BaseException:
            self.forget(tracker.sender_id)
            raise
        size = len(kept.events) if kept is not tracker else mine.snapshot if mine else 0
        self._keep(kept, revision, size)

    async def keys(self) -> list[str]:
        """Senders whose tracker is live; the log knows the others."""
        return list(self._live)

    def _is_clean(self, live: _Live) -> bool:
        return live.recorded == len(live.tracker.events) and live.domain is self.domain

    def _keep(self, tracker: DialogueStateTracker, revision: int | None, snapshot: int = 0) -> None:
        recorded = len(tracker.events)
        self._live[tracker.sender_id] = _Live(tracker, recorded, revision, self.domain, snapshot)
        self._live.move_to_end(tracker.sender_id)
        while len(self._live) > self._capacity:
            self._live.popitem(last=False)

    def _after_turn(
        self, tracker: DialogueStateTracker, fresh: list[Event], mine: _Live | None
    ) -> DialogueStateTracker:
        """The tracker to go on with: a compacted one after a restart or past the limit."""
        known, snapshot = (mine.recorded, mine.snapshot) if mine else (0, 0)
        restarted = known > 0 and any(isinstance(event, Restarted | SessionStarted) for event in fresh)
        if not restarted and len(tracker.events) - snapshot <= self._limit:
            return tracker
        events = compacted(tracker, self.domain, self._keep_turns)
        short = DialogueStateTracker.from_events(tracker.sender_id, events, self.domain.slots, domain=self.domain)
        short.model_id, short.assistant_id = tracker.model_id, tracker.assistant_id
        return short

    def _turn(
        self,
        tracker: DialogueStateTracker,
        fresh: list[Event],
        short: DialogueStateTracker | None,
        whole: bool,
    ) -> Turn:
        meter = running.get()
        user = next((event for event in reversed(fresh) if isinstance(event, UserUttered)), None)
        return Turn(
            events=[_as_json(event) for event in (short.events if short else fresh)],
            snapshot=whole or short is not None,
            user=_user_turn(user) if user else None,
            replies=[_reply(event) for event in fresh if isinstance(event, BotUttered)],
            open_question=open_question(tracker),
            slots=_filled(tracker),
            latency_ms=meter.elapsed_ms() if meter else 0,
            failed=bool(meter and meter.cut_off),
        )


def open_question(tracker: DialogueStateTracker) -> str | None:
    """The question that waits for an answer: an urgent `pending` one, what the active form asked for, or `pending`."""
    slots = tracker.slots
    asked = slots.get("requested_slot") if tracker.active_loop_name else None
    pending = slots.get("pending")
    first, second = (pending, asked) if pending and pending.value in URGENT else (asked, pending)
    found = next((slot.value for slot in (first, second) if slot and slot.value), None)
    return None if found is None else str(found)


def _filled(tracker: DialogueStateTracker) -> Json:
    values: Json = tracker.current_slot_values()
    return {name: value for name, value in values.items() if value is not None and name != _NO_SLOT}


def _as_json(event: Event) -> Json:
    data: Json = event.as_dict()
    metadata = {key: value for key, value in (data.get("metadata") or {}).items() if key not in _REPEATED}
    data.pop("metadata", None)
    return {**data, "metadata": metadata} if metadata else data


def _user_turn(event: UserUttered) -> UserTurn:
    parsed: Json = event.parse_data or {}
    intent: Json = parsed.get("intent") or {}
    return UserTurn(
        text=event.text or "",
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        ranking=[_reading(entry) for entry in parsed.get("intent_ranking") or []],
        entities=list(event.entities),
        metadata={key: value for key, value in (event.metadata or {}).items() if key not in _REPEATED},
        at=event.timestamp,
    )


def _reading(entry: Json) -> Json:
    return {"name": entry.get("name"), "confidence": entry.get("confidence")}


def _reply(event: BotUttered) -> BotReply:
    data = {key: value for key, value in (event.data or {}).items() if value and key != "buttons"}
    return BotReply(event.text, list((event.data or {}).get("buttons") or []), data, event.timestamp)
