"""Rasa's rules looked up, not tried one after the other; predictions are those of Rasa's RulePolicy."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, ACTION_TEXT, INTENT, TEXT

from bot.runtime.version import require

State = dict[str, Any]
_Entry = tuple[Any, Any]
"""(what was done last, the intent): what the last state of a conversation is looked up by."""


class QuickRules(RulePolicy):
    """A trained RulePolicy (Rasa 3.6.21) that looks at as many states as its longest rule has.

    Rasa makes the states of the whole conversation, twice a prediction, and tries every rule at each of them.
    """

    @classmethod
    def of(cls, policy: Any) -> None:
        """Make a loaded RulePolicy quick, in place."""
        require("RulePolicy")
        policy.__class__ = cls

    @cached_property
    def _longest(self) -> int:
        lengths = (len(self._rule_key_to_state(key)) for rules in self._tables for key in rules)
        return max(lengths, default=1)

    @cached_property
    def _tables(self) -> list[dict[str, str]]:
        return [rules for rules in self.lookup.values() if isinstance(rules, dict)]

    @cached_property
    def _indexes(self) -> list[tuple[dict[str, str], dict[_Entry, list[str]]]]:
        return [(rules, _index(rules, self._rule_key_to_state)) for rules in self._tables]

    @cached_property
    def _reads_texts(self) -> bool:
        """True when some rule could match what was written instead of its intent (end-to-end stories)."""
        states = [state for rules in self._tables for key in rules for state in self._rule_key_to_state(key)]
        last = [self._rule_key_to_state(key)[-1] for rules in self._tables for key in rules]
        return any(TEXT in state.get(USER, {}) for state in states) or any(
            state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME) == ACTION_LISTEN_NAME and INTENT not in state.get(USER, {})
            for state in last
        )

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and not self._reads_texts:
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        states = [recent_states(tracker, domain, self._longest)]
        self.featurizer._choose_last_user_input(states, use_text_for_last_user_input)
        return states[0]

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        index = next((index for rules, index in self._indexes if rules is lookup), None)
        if index is None:
            found: set[str] = super()._get_possible_keys(lookup, states)
            return found
        done, intent = _entry(states[-1])
        keys: Iterable[str] = [*index.get((done, None), ()), *(index.get((done, intent), ()) if intent else ())]
        for turn, state in enumerate(reversed(states)):
            keys = [key for key in keys if self._is_rule_applicable(key, turn, state)]
        return set(keys)

    @staticmethod
    def format_tracker_states(states: list[State]) -> str:
        """Nothing: it is for a debug log, which Rasa makes even when nobody reads it."""
        return ""


QuickRules.__name__ = RulePolicy.__name__  # predictions carry the name of the policy's class


def recent_states(tracker: DialogueStateTracker, domain: Domain, count: int) -> list[State]:
    """The last `count` of the states that `tracker.past_states(domain)` gives.

    Only slots that influence the conversation are in states, so that only these are followed.
    """
    slots = [slot for slot in tracker.slots.values() if slot.influence_conversation]
    replayed = DialogueStateTracker(tracker.sender_id, slots, is_rule_tracker=tracker.is_rule_tracker)
    events = tracker.applied_events()
    skipped = sum(isinstance(event, ActionExecuted) for event in events) + 1 - count
    states: list[State] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            if skipped <= 0:
                states.append(domain.get_active_state(replayed))
            skipped -= 1
        if not isinstance(event, SlotSet) or event.key in replayed.slots:
            event.apply_to(replayed)
    return [*states, domain.get_active_state(replayed)]


def _index(rules: dict[str, str], states_of: Any) -> dict[_Entry, list[str]]:
    """Keys of rules by the entry of their last state."""
    found: dict[_Entry, list[str]] = defaultdict(list)
    for key in rules:
        found[_entry(states_of(key)[-1])].append(key)
    return dict(found)


def _entry(state: State) -> _Entry:
    """A rule's state fits a conversation's only when these are the same, or the rule has no intent.

    At the start, when nothing was done before, Rasa compares nothing else either.
    """
    before = state.get(PREVIOUS_ACTION) or {}
    done = before.get(ACTION_NAME), before.get(ACTION_TEXT)
    return (done, state.get(USER, {}).get(INTENT)) if any(done) else (None, None)
