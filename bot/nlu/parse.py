"""`zhuli parse`: one message in, one line of the outside contract out (architecture, "Command line")."""

import json
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TextIO

OUTSIDE = {name: name.replace("faq_", "faq/") for name in ("faq_fee", "faq_what", "faq_process", "faq_privacy")}
"""Rasa keeps the slash for retrieval intents; the contract writes it."""
RANKED = 3
_NOT_FIELDS = frozenset({"invalid"})
_MAX_TEXT = 20_000


class ModelMissing(FileNotFoundError):
    """There is no trained model where one was looked for."""


class Parses(Protocol):
    """What `parse_lines` needs of a parser."""

    def parse(self, text: str, context: str | None = None, today: date | None = None) -> dict[str, Any]: ...


class Parser:
    """The understanding part of a trained Rasa model, without server, tracker and policies."""

    def __init__(self, model_path: Path | str) -> None:
        self._runner, self._target, self._input = _load(Path(model_path))

    def parse(self, text: str, context: str | None = None, today: date | None = None) -> dict[str, Any]:
        """{"text", "intent", "intent_ranking", "fields"}; `context` is the key of the open question."""
        from rasa.core.channels.channel import UserMessage

        metadata = {"question": context, "today": today.isoformat() if today else None}
        message = UserMessage(_neutral(text), metadata=metadata)
        results = self._runner.run(inputs={self._input: [message]}, targets=[self._target])
        return _line(text, results[self._target][0].as_dict(only_output_properties=True))


def newest_model(folder: Path) -> Path:
    """The trained model in `folder` that was written last; ModelMissing when there is none."""
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise ModelMissing(f"no trained model in {folder}: run `zhuli train`")
    return models[-1]


def parse_lines(lines: Iterable[str], out: TextIO, parser: Parses, today: date | None = None) -> int:
    """One JSON line of answer a line of input, plain or {"text", "context"?}; returns how many had an error."""
    errors = 0
    for line in lines:
        line = line.rstrip("\r\n")
        if not line.strip():
            continue
        try:
            text, context = _request(line)
            answer = parser.parse(text, context, today)
        except Exception as error:  # one bad line must not end the stream
            errors += 1
            answer = {"text": line[:200], "error": _reason(error)}
        out.write(json.dumps(_encodable(answer), ensure_ascii=False) + "\n")
        out.flush()
    return errors


def _request(line: str) -> tuple[str, str | None]:
    if not line.lstrip().startswith("{"):
        return line, None
    try:
        request = json.loads(line)
    except json.JSONDecodeError:
        if '"text"' in line:
            raise ValueError("not a JSON object with a text") from None
        return line, None
    text, context = request.get("text"), request.get("context")
    if not isinstance(text, str) or not (context is None or isinstance(context, str)):
        raise ValueError("text must be a string, context a string or absent")
    return text, context


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"could not be read: {type(error).__name__}"


def _neutral(text: str) -> str:
    """Bounded, and never taken for one of Rasa's commands."""
    text = text[:_MAX_TEXT]
    return "\u200b" + text[1:] if text.startswith("/") else text


def _line(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    ranking = [_outside(item) for item in parsed.get("intent_ranking", []) if item["name"] != "nlu_fallback"]
    fields: dict[str, Any] = {}
    for entity in parsed.get("entities", []):
        if entity["entity"] not in _NOT_FIELDS:
            fields.setdefault(entity["entity"], entity["value"])
    return {"text": text, "intent": ranking[0], "intent_ranking": ranking[:RANKED], "fields": fields}


def _outside(item: dict[str, Any]) -> dict[str, Any]:
    return {"name": OUTSIDE.get(item["name"], item["name"]), "confidence": round(float(item["confidence"]), 4)}


def _encodable(value: Any) -> Any:
    """Lone surrogates become U+FFFD, so that the line can be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def _load(path: Path) -> tuple[Any, str, str]:
    """Graph runner, its target and its input for the understanding part of the model at `path`."""
    if not path.is_file():
        raise ModelMissing(f"no trained model at {path}: run `zhuli train`")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    import tempfile

    from rasa.core.channels.channel import UserMessage  # noqa: F401  (registers what the graph unpickles)
    from rasa.engine import loader
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    with tempfile.TemporaryDirectory() as folder:
        metadata, runner = loader.load_predict_graph_runner(Path(folder), path, LocalModelStorage, DaskGraphRunner)
    return runner, metadata.nlu_target, PLACEHOLDER_MESSAGE
