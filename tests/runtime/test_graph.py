"""The direct graph runner beside Rasa's own."""

from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.graph import DirectGraphRunner

pytestmark = pytest.mark.filterwarnings("ignore")


def test_results_are_those_of_dask(model: Path, tmp_path: Path) -> None:
    answers = []
    for runner_class in (DaskGraphRunner, DirectGraphRunner):
        folder = tmp_path / runner_class.__name__
        folder.mkdir()
        metadata, runner = loader.load_predict_graph_runner(folder, model, LocalModelStorage, runner_class)
        tracker = DialogueStateTracker.from_events("wx:one", [], metadata.domain.slots)
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage("下单")], PLACEHOLDER_TRACKER: tracker}
        parsed = runner.run(inputs, [metadata.nlu_target])[metadata.nlu_target][0]
        predicted = runner.run({PLACEHOLDER_TRACKER: tracker}, [metadata.core_target])[metadata.core_target]
        answers.append((parsed.get("intent"), predicted.probabilities, predicted.policy_name))
    assert answers[0] == answers[1]
    assert answers[0][0]["name"] == "order"


def test_an_input_named_like_a_node_is_refused(model: Path, tmp_path: Path) -> None:
    metadata, runner = loader.load_predict_graph_runner(tmp_path, model, LocalModelStorage, DirectGraphRunner)
    with pytest.raises(GraphRunError, match="clash"):
        runner.run({metadata.core_target: 1}, [metadata.core_target])
