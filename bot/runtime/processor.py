"""Rasa's agent and message processor, with turns that are kept whole or not at all."""

import time
import warnings
from pathlib import Path
from typing import Any

import structlog
from rasa.core.actions.action import Action
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.runtime.actions import InProcessActions
from bot.runtime.graph import DirectGraphRunner
from bot.runtime.locks import FirstComeLockStore
from bot.runtime.metrics import TURN_SECONDS, TURNS
from bot.runtime.rules import QuickRules
from bot.runtime.tracker_store import TurnTrackerStore
from bot.runtime.turns import Meter, TurnFailed, running

log = structlog.get_logger(__name__)


READINGS = 5
"""Of the intents' ranking, as many as are kept; the events carry them for ever."""


class TurnProcessor(MessageProcessor):
    """Rasa 3.6.21's MessageProcessor with seven differences.

    `_load_model` uses DirectGraphRunner and QuickRules; `handle_message` times the turn and drops the live
    tracker when it fails; `_run_action` ends the turn when an action broke, where Rasa logs it and goes on
    predicting; `_run_prediction_loop` answers what no rule answered; `parse_message` keeps the likeliest READINGS;
    `_check_for_unseen_features`, a warning to developers that `rasa data validate` gives too, and `_log_slots`,
    which tells all values to a debug log, are left out.
    """

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        path = Path(model_path)
        with TempDirectoryPath(get_temp_dir_name()) as folder, warnings.catch_warnings():
            # Rasa warns of every stored domain, which it writes without its version
            warnings.simplefilter("ignore")
            metadata, runner = loader.load_predict_graph_runner(
                Path(folder), path, LocalModelStorage, DirectGraphRunner
            )
        for policy in runner.components(RulePolicy):
            QuickRules.of(policy)
        return path.name, metadata, runner

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """One turn; raises TurnFailed or the error of the store, and then nothing of the turn is kept."""
        meter = Meter(time.monotonic(), time.monotonic)
        token = running.set(meter)
        try:
            replies: list[dict[str, Any]] | None = await super().handle_message(message)
            TURNS.labels("cut_off" if meter.cut_off else "done").inc()
            return replies
        except BaseException:
            TURNS.labels("failed").inc()
            self.tracker_store.forget(message.sender_id)
            raise
        finally:
            TURN_SECONDS.observe(meter.elapsed_ms() / 1000)
            running.reset(token)

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """Intent, ranking and entities of a message."""
        found: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
        found["intent_ranking"] = (found.get("intent_ranking") or [])[:READINGS]
        return found

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """See the class."""

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """See the class."""

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        await super()._run_prediction_loop(output_channel, tracker)
        if not _answered(tracker) and UNSURE in self.domain.action_names_or_texts:
            log.warning("nothing was said", question=tracker.get_slot("requested_slot"))
            prediction = PolicyPrediction.for_action_name(self.domain, UNSURE)
            await self._run_action(self._get_action(UNSURE), tracker, output_channel, self.nlg, prediction)
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        again: bool = await super()._run_action(action, tracker, output_channel, nlg, prediction)
        turn = running.get()
        if turn is not None and turn.failure is not None:
            raise TurnFailed(f"{action.name()}: {type(turn.failure).__name__}") from turn.failure
        return again


def _answered(tracker: DialogueStateTracker) -> bool:
    """True when the bot said something since the person did."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, BotUttered):
            return True
    return True


def _cut_off(tracker: DialogueStateTracker, _: OutputChannel, __: NaturalLanguageGenerator) -> None:
    """Called by Rasa when a turn reached its limit of actions.

    Rasa leaves the tracker without a listen, and then cuts off every later turn at its first action.
    """
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    turn = running.get()
    if turn is not None:
        turn.cut_off = True
    log.error("turn cut off", question=tracker.get_slot("requested_slot"))


UNSURE = "action_unsure"
"""Answers a message that nothing else answered: nobody is left without a word."""


class TurnAgent(Agent):
    """Rasa's agent around a TurnProcessor.

    Its tracker store is not wrapped in FailSafeTrackerStore: that one answers a failed commit by keeping
    the turn in memory and reporting success.
    """

    def __init__(self, store: TurnTrackerStore, locks: FirstComeLockStore, actions: InProcessActions) -> None:
        super().__init__(tracker_store=store, lock_store=locks, action_endpoint=actions)
        self.actions = actions

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        if store is None:
            raise ValueError("TurnAgent needs a tracker store")
        store.domain = domain
        return store

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the model and hand its domain to the store, the texts and the actions."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            on_circuit_break=_cut_off,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        self.actions.use_domain(self.domain.as_dict())
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses
