"""Custom actions run inside the bot process, through rasa_sdk's executor, without HTTP."""

import json
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa.core.actions.action import RemoteAction
from rasa.core.actions.constants import SELECTIVE_DOMAIN
from rasa.shared.utils.schemas.events import EVENT_SCHEMA
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.runtime.turns import running
from bot.runtime.version import require

log = structlog.get_logger(__name__)


class ActionError(ClientResponseError):
    """An action broke: what Rasa would make of the action server's status 404 or 500."""

    def __init__(self, status: int, action: str, reason: str) -> None:
        super().__init__(status, reason, json.dumps({"error": reason, "action_name": action}))


class InProcessActions(EndpointConfig):
    """An action endpoint whose `request` calls the actions of a package in this process.

    Answers and errors are those of the HTTP action server (rasa_sdk.endpoint): a rejection is status 400,
    an unknown action 404, any other error 500. The tracker's dict is handed over as it is; actions get
    copies of what Rasa could change later (rasa_sdk's Tracker).
    """

    def __init__(self, package: str | None = "actions", executor: ActionExecutor | None = None) -> None:
        super().__init__(url="inprocess:actions")
        self.executor = executor or ActionExecutor()
        self._domain: dict[str, Any] = {}
        if package:
            self.executor.register_package(package)

    def use_domain(self, domain: dict[str, Any]) -> None:
        """Hand this domain to every action; until then Rasa adds its own to each call."""
        self._domain = domain
        self.kwargs[SELECTIVE_DOMAIN] = True

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Run the action that the request names; raises ClientResponseError as the HTTP path does."""
        call: dict[str, Any] = kwargs["json"]
        call.setdefault("domain", self._domain)
        name = str(call.get("next_action"))
        try:
            result: dict[str, Any] | None = await self.executor.run(call)
            return result
        except ActionExecutionRejection as rejection:
            body = json.dumps({"error": rejection.message, "action_name": rejection.action_name})
            raise ClientResponseError(400, "Bad Request", body) from rejection
        except ActionNotFoundException as missing:
            raise _failed(ActionError(404, name, missing.message), missing) from missing
        except Exception as error:
            log.error("action failed", action=name, error=type(error).__name__, where=_where(error))
            raise _failed(ActionError(500, name, type(error).__name__), error) from error

    def copy(self) -> "InProcessActions":
        """The endpoint itself: there is one executor a process."""
        return self


def _where(error: Exception) -> list[str]:
    """The innermost places of the trace, without the error's own words, which may quote a person."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _failed(error: ActionError, cause: Exception) -> ActionError:
    turn = running.get()
    if turn is not None and turn.failure is None:
        turn.failure = cause
    return error


@cache
def _validators() -> tuple[Any, dict[str, Any]]:
    """Validators of one event: for what all share, and by event name for what is its own."""
    build = validator_for(EVENT_SCHEMA)
    build.check_schema(EVENT_SCHEMA)
    shared = {key: value for key, value in EVENT_SCHEMA.items() if key != "oneOf"}
    own = {variant["properties"]["event"]["const"]: build(variant) for variant in EVENT_SCHEMA["oneOf"]}
    return build(shared), own


class InvalidActionAnswer(ValueError):
    """An action answered with something that is no event; says where, not what."""


def validate_answer(answer: Any) -> bool:
    """Check an action's answer as Rasa's schema does; raises InvalidActionAnswer.

    Rasa's schema is `oneOf` over constants, so that only the variant of the event's own name can match:
    it alone is tried, with validators made once. Rasa re-checks the schema itself at each answer (21 ms).
    """
    if not isinstance(answer, dict):
        raise InvalidActionAnswer("an action's answer must be an object")
    events, responses = answer.get("events", []), answer.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        raise InvalidActionAnswer("events and responses must be arrays")
    if not all(isinstance(response, dict) for response in responses):
        raise InvalidActionAnswer("every response must be an object")
    shared, own = _validators()
    for index, event in enumerate(events):
        if _is_slot_set(event):
            continue
        variant = own.get(str(event.get("event"))) if isinstance(event, dict) else None
        if variant is None or not shared.is_valid(event) or not variant.is_valid(event):
            raise InvalidActionAnswer(f"event {index} of an action's answer is not valid")
    return True


def _is_slot_set(event: Any) -> bool:
    """True for the commonest valid event, a bare slot value, which then needs no schema."""
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and event.get("timestamp") is None
        and event.get("metadata") is None
    )


def use_cached_validation() -> None:
    """Replace RemoteAction._validate_action_result (Rasa 3.6.21) by `validate_answer`."""
    require("RemoteAction._validate_action_result")

    def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        return validate_answer(result)

    RemoteAction._validate_action_result = _validate_action_result
