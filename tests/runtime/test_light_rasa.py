"""Light trackers, calls and rules: the same copies, events, states, predictions and calls as Rasa's own."""

import random
from collections.abc import Iterator

import pytest
import rasa
from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.runtime.calls import EventDicts, filled, use_light_calls
from bot.runtime.processor import TurnAgent
from bot.runtime.rules import QuickRules, recent_states
from bot.runtime.trackers import use_light_trackers
from bot.runtime.turns import MemoryTurnLog
from bot.runtime.version import UnsupportedRasa
from tests.runtime.conftest import MakeAgent, say

PLAIN_COPY = DialogueStateTracker.copy
PLAIN_APPLIED = DialogueStateTracker.applied_events
PLAIN_TEMPORARY = FormAction._temporary_tracker
PLAIN_CALL = RemoteAction._action_call_format
TALKS = (
    ("下单", "电池", "3", "几单"),
    ("下单", "收费", "电池", "取消", "下单", "电芯", "2"),
    ("收费", "几单", "你说", "下单", "全部忘记", "下单", "电池"),
)


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all overrides, taken out afterwards."""
    for owner, name in (
        (DialogueStateTracker, "copy"),
        (DialogueStateTracker, "applied_events"),
        (FormAction, "_temporary_tracker"),
        (RemoteAction, "_action_call_format"),
        (ActionExtractSlots, "run"),
        *((module, "copy") for module in (processor, forms, rule_policy)),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    use_light_trackers()
    use_light_calls()


@pytest.fixture
def agent(make_agent: MakeAgent) -> TurnAgent:
    return make_agent(MemoryTurnLog())


def _events(seed: int, count: int = 60) -> Iterator[Event]:
    """Events in any order, sensible or not."""
    drawn = random.Random(seed)
    for number in range(count):
        common = [
            UserUttered("电池", {"name": drawn.choice(("order", "fee", "tell"))}, metadata={"n": number}),
            BotUttered("要几个？"),
            ActionExecuted(ACTION_LISTEN_NAME),
            ActionExecuted("order_form"),
            ActionExecuted("utter_fee"),
            SlotSet("product", drawn.choice(("电池", None))),
            SlotSet("amount", number),
            ActiveLoop(drawn.choice(("order_form", "order_form", None))),
            ActionExecutionRejected("order_form"),
        ]
        rare = [AllSlotsReset(), ActionReverted(), UserUtteranceReverted(), Restarted()]
        yield drawn.choice(common + ([] if number % 7 else rare))


def _seen(tracker: DialogueStateTracker) -> dict[str, object]:
    """All that a tracker tells; Rasa's replay alone brings back a follow-up action that was taken."""
    told: dict[str, object] = tracker.current_state(EventVerbosity.ALL) | {"followup_action": None}
    return told | {"slot_objects": {name: vars(slot) for name, slot in tracker.slots.items()}}


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("seed", range(40))
def test_trackers_are_followed_and_copied_as_by_replaying_them(agent: TurnAgent, seed: int) -> None:
    domain = agent.domain
    assert domain is not None
    tracker = DialogueStateTracker("wx:one", domain.slots)
    form = FormAction("order_form", None)
    for event in _events(seed):
        tracker.update(event)
        assert [*map(id, tracker.applied_events())] == [*map(id, PLAIN_APPLIED(tracker))]
        assert _seen(tracker.copy()) == _seen(PLAIN_COPY(tracker))
        more = [SlotSet("amount", 5), ActiveLoop("order_form")]
        made, plain = (how(form, tracker, more, domain) for how in (FormAction._temporary_tracker, PLAIN_TEMPORARY))
        assert [*map(_timeless, made.events)] == [*map(_timeless, plain.events)]
        assert made.current_slot_values() == plain.current_slot_values()
        assert (made.active_loop, made.latest_action) == (plain.active_loop, plain.latest_action)


def _timeless(event: Event) -> dict[str, object]:
    return {key: value for key, value in event.as_dict().items() if key != "timestamp"}


@pytest.mark.usefixtures("light")
def test_a_copy_does_not_change_with_its_original(agent: TurnAgent) -> None:
    assert agent.domain is not None
    tracker = DialogueStateTracker("wx:one", agent.domain.slots)
    tracker.update(ActiveLoop("order_form"))
    copied = tracker.copy()
    tracker.update(SlotSet("amount", 3))
    tracker.update(ActionExecutionRejected("order_form"))
    assert (copied.get_slot("amount"), copied.is_active_loop_rejected, len(copied.events)) == (None, False, 1)


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("talk", TALKS)
async def test_quick_rules_see_and_say_what_rasas_rules_do(
    agent: TurnAgent, talk: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    quick = QuickRules._predict

    def both(self: QuickRules, tracker: DialogueStateTracker, domain: object) -> object:
        nonlocal compared
        found, source = quick(self, tracker, domain)
        states = tracker.past_states(domain)
        self.__class__ = RulePolicy
        try:
            wanted, wanted_source = self._predict(tracker, domain)
        finally:
            self.__class__ = QuickRules
        assert recent_states(tracker, domain, 3) == states[-3:]
        assert vars(found) == vars(wanted) | {"events": found.events}
        assert found.events == wanted.events
        assert source == wanted_source or not max(found.probabilities)
        compared += 1
        return found, source

    monkeypatch.setattr(QuickRules, "_predict", both)
    for text in talk:
        await say(agent, text)
    assert compared > len(talk)


@pytest.mark.usefixtures("light")
async def test_an_action_is_handed_what_rasa_would_send_it(agent: TurnAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    light = RemoteAction._action_call_format

    def both(self: RemoteAction, tracker: DialogueStateTracker, domain: object) -> dict[str, object]:
        nonlocal calls
        calls += 1
        made: dict[str, object] = light(self, tracker, domain)
        wanted = PLAIN_CALL(self, tracker, domain)
        assert {**made["tracker"], "events": list(made["tracker"]["events"])} == wanted["tracker"]  # type: ignore
        assert made | {"tracker": None} == wanted | {"tracker": None}
        return made

    monkeypatch.setattr(RemoteAction, "_action_call_format", both)
    for text in TALKS[0]:
        await say(agent, text)
    assert calls > 2


def test_event_dicts_are_a_list_that_actions_may_add_to() -> None:
    events = EventDicts([SlotSet("a", 1, timestamp=1.0), SlotSet("b", 2, timestamp=2.0)])
    events.append({"event": "slot", "name": "c"})
    assert [event["name"] for event in reversed(events)] == ["c", "b", "a"]
    assert [event["name"] for event in events[1:]] == ["b", "c"]
    assert events[0] is events[0]
    del events[0]
    assert len(events) == 2


def test_slots_that_nothing_fills_are_left_out() -> None:
    mine = {"type": "custom", "action": "action_read"}
    only_here = mine | {"conditions": [{"active_loop": "order_form"}]}
    slots = [
        AnySlot("first", [mine]),
        AnySlot("same", [mine]),
        AnySlot("by_hand", [{"type": "custom"}]),
        AnySlot("conditional", [only_here]),
        AnySlot("conditional_too", [only_here]),
        TextSlot("said", [{"type": "from_text"}]),
        TextSlot("said_too", [{"type": "from_text"}]),
    ]
    kept = [slot.name for slot in filled(slots)]
    assert kept == ["first", "conditional", "conditional_too", "said", "said_too"]


@pytest.mark.parametrize("install", [use_light_trackers, use_light_calls])
def test_another_rasa_is_refused(install: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(UnsupportedRasa):
        install()  # type: ignore[operator]


def test_another_rasas_rules_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(UnsupportedRasa):
        QuickRules.of(object())
