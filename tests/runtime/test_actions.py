"""Custom actions in the process: the same answers and errors as over HTTP."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import rasa
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk import Action
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor

from bot.runtime import version
from bot.runtime.actions import InProcessActions, InvalidActionAnswer, use_cached_validation, validate_answer
from bot.runtime.turns import Meter, running
from bot.runtime.version import UnsupportedRasa
from tests.runtime.conftest import executor

ORIGINAL = RemoteAction._validate_action_result


def call(name: str) -> dict[str, Any]:
    """What Rasa sends for the action `name` at the beginning of a conversation."""
    tracker = DialogueStateTracker("wx:one", None)
    found: dict[str, Any] = RemoteAction(name, None)._action_call_format(tracker, Domain.empty())
    return found


async def test_an_action_answers_with_events_and_responses() -> None:
    answer = await InProcessActions(None, executor()).request(json=call("action_count"))
    assert answer is not None
    assert answer["events"] == [SlotSet("pending", "rating")]
    assert answer["responses"][0]["text"] == "共 0 单。"


async def test_a_rejection_comes_back_as_status_400_like_over_http() -> None:
    with pytest.raises(ClientResponseError) as caught:
        await InProcessActions(None, executor()).request(json=call("action_tell"))
    assert caught.value.status == 400
    assert '"action_name": "action_tell"' in caught.value.text


@pytest.mark.parametrize(("name", "status"), [("action_nobody_wrote", 404), ("action_broken", 500)])
async def test_other_errors_come_back_with_the_status_of_the_action_server(name: str, status: int) -> None:
    class Broken(Action):
        def name(self) -> str:
            return "action_broken"

        def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
            raise ValueError("13800000000")

    actions = ActionExecutor()
    actions.register_action(Broken())
    with pytest.raises(ClientResponseError) as caught:
        await InProcessActions(None, actions).request(json=call(name))
    assert caught.value.status == status
    assert "13800000000" not in str(caught.value)


async def run_remote(name: str, endpoint: InProcessActions) -> list[Any]:
    action = RemoteAction(name, endpoint)
    tracker = DialogueStateTracker("wx:one", None)
    nlg = TemplatedNaturalLanguageGenerator({})
    found: list[Any] = await action.run(CollectingOutputChannel(), nlg, tracker, Domain.empty())
    return found


async def test_rasa_makes_of_the_errors_what_it_makes_of_http_errors() -> None:
    endpoint = InProcessActions(None, executor())
    with pytest.raises(ActionExecutionRejection, match="不想说"):
        await run_remote("action_tell", endpoint)
    with pytest.raises(RasaException, match="Failed to execute custom action"):
        await run_remote("action_nobody_wrote", endpoint)


async def test_a_broken_action_is_noted_on_the_turn_and_a_rejection_is_not() -> None:
    meter = Meter(0.0, lambda: 0.0)
    token = running.set(meter)
    try:
        endpoint = InProcessActions(None, executor())
        with pytest.raises(ActionExecutionRejection):
            await run_remote("action_tell", endpoint)
        assert meter.failure is None
        with pytest.raises(RasaException):
            await run_remote("action_nobody_wrote", endpoint)
        assert meter.failure is not None
    finally:
        running.reset(token)


GOOD = [
    {"events": [], "responses": []},
    {},
    {"events": [{"event": "slot", "name": "a", "value": None, "timestamp": None}], "responses": [{"text": "x"}]},
    {"events": [{"event": "followup", "name": "action_listen"}]},
    {"events": [{"event": "user", "text": "hi", "parse_data": {"intent": {"name": "x", "confidence": 1.0}}}]},
    {"events": [{"event": "active_loop", "name": "f", "timestamp": 1.5}]},
]
BAD = [
    [],
    {"events": {}},
    {"responses": [1]},
    {"events": [{"event": "slot", "name": "a"}]},
    {"events": [{"event": "slot", "name": 3, "value": 1}]},
    {"events": [{"event": "no_such_event"}]},
    {"events": [{"name": "a"}]},
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "now"}]},
    {"events": [{"event": "entities", "entities": [{"entity": "a"}]}]},
    {"events": ["slot"]},
]


@pytest.mark.parametrize("answer", GOOD)
def test_what_rasa_accepts_is_accepted(answer: Any) -> None:
    jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    assert validate_answer(answer)


@pytest.mark.parametrize("answer", BAD)
def test_what_rasa_refuses_is_refused_without_quoting_it(answer: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    with pytest.raises(InvalidActionAnswer) as caught:
        validate_answer(answer)
    assert "'a'" not in str(caught.value)


def test_cached_validation_is_put_in_only_for_the_release_it_was_written_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", ORIGINAL)
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(UnsupportedRasa, match=r"3\.6\.22"):
        use_cached_validation()
    assert RemoteAction._validate_action_result is ORIGINAL
    monkeypatch.setattr(rasa, "__version__", version.SUPPORTED)
    use_cached_validation()
    assert RemoteAction._validate_action_result is not ORIGINAL


def test_the_installed_rasa_is_the_supported_one() -> None:
    assert rasa.__version__ == version.SUPPORTED
