"""`zhuli parse`: one message in, one line of the outside contract out (architecture, "Command line")."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from bot.core.calendar import CHENGDU
from bot.nlu.archive import ModelMissing, newest_model, reader_of
from bot.nlu.reading import Understood

__all__ = ["ModelMissing", "Parser", "newest_model", "parse_lines"]


OUTSIDE = {name: name.replace("faq_", "faq/") for name in ("faq_fee", "faq_what", "faq_process", "faq_privacy")}
"""Rasa keeps the slash for retrieval intents; the contract writes it."""
RANKED = 3
_MAX_TEXT = 20_000


class Parses(Protocol):
    """What `parse_lines` needs of a parser."""

    def parse(self, text: str, context: str | None = None, today: date | None = None) -> dict[str, Any]: ...


class Parser:
    """The message reader of a trained model, without Rasa, server, tracker and policies."""

    def __init__(self, model_path: Path | str) -> None:
        self._reader = reader_of(Path(model_path))

    def parse(self, text: str, context: str | None = None, today: date | None = None) -> dict[str, Any]:
        """{"text", "intent", "intent_ranking", "fields"}; `context` is the key of the open question.

        Without `today` dates count from today in Chengdu.
        """
        day = today or datetime.now(CHENGDU).date()
        return _line(text, self._reader.read(_neutral(text), day, context))


def parse_lines(lines: Iterable[str], out: TextIO, parser: Parses, today: date | None = None) -> int:
    """One JSON line of answer a line of input, plain or {"text", "context"?}; returns how many had an error."""
    errors = 0
    for line in lines:
        line = line.rstrip("\r\n")
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


def _line(text: str, understood: Understood) -> dict[str, Any]:
    ranking = [
        {"name": OUTSIDE.get(name, name), "confidence": round(share, 4)} for name, share in understood.ranking[:RANKED]
    ]
    fields: dict[str, Any] = {}
    for span in understood.spans:
        fields.setdefault(span.field, span.value)
    return {"text": text, "intent": ranking[0], "intent_ranking": ranking, "fields": fields}


def _encodable(value: Any) -> Any:
    """Lone surrogates become U+FFFD, so that the line can be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value
