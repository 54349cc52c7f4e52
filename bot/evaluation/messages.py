"""Judges the reading of messages: intents, their certainty, and the values that are labelled with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.evaluation import metrics
from bot.evaluation.progress import Progress, each, silent
from bot.evaluation.sets import FieldRow, MessageRow
from bot.evaluation.values import JUDGED, Values

Parse = Callable[[str, str | None, date], dict[str, Any]]
"""text, open question, today → one line of `zhuli parse`."""


@dataclass(frozen=True)
class IntentMiss:
    """A message that was read as something else."""

    text: str
    context: str | None
    wanted: str
    got: str
    confidence: float


@dataclass(frozen=True)
class IntentFigures:
    """Intents of a set, all figures in 0–1."""

    messages: int
    accuracy: float
    macro_f1: float
    top_3: float
    calibration_error: float
    intents: list[metrics.ClassFigures]
    confusions: list[metrics.Confusion]
    misses: list[IntentMiss] = field(default_factory=list)


@dataclass(frozen=True)
class MessagesReport:
    """What `zhuli evaluate messages` tells."""

    intents: IntentFigures
    values: Values


def judge_messages(
    rows: Sequence[MessageRow], parse: Parse, today: date, progress: Progress = silent
) -> MessagesReport:
    """Only fields that are labelled somewhere in the set are judged."""
    judged = sorted({name for row in rows for name in row.fields or ()})
    answers, values = [], Values()
    for row in each(rows, progress):
        answer = parse(row.text, row.context, today)
        answers.append(answer)
        if row.fields is not None:
            values.judge(row.text, judged, row.fields, answer["fields"])
    return MessagesReport(_intents(rows, answers), values)


def _intents(rows: Sequence[MessageRow], answers: Sequence[dict[str, Any]]) -> IntentFigures:
    truth = [row.intent for row in rows]
    said = [str(answer["intent"]["name"]) for answer in answers]
    confidences = [float(answer["intent"]["confidence"]) for answer in answers]
    right = [one == other for one, other in zip(truth, said, strict=True)]
    ranked = [[str(one["name"]) for one in answer["intent_ranking"]] for answer in answers]
    misses = [
        IntentMiss(row.text, row.context, row.intent, name, confidence)
        for row, name, confidence in zip(rows, said, confidences, strict=True)
        if row.intent != name
    ]
    return IntentFigures(
        len(rows),
        metrics.accuracy(truth, said),
        metrics.macro_f1(truth, said),
        metrics.recall_at(ranked, [{one} for one in truth], 3),
        metrics.calibration_error(confidences, right),
        metrics.per_class(truth, said),
        metrics.confusions(truth, said),
        sorted(misses, key=lambda miss: -miss.confidence),
    )


def judge_fields(rows: Sequence[FieldRow], parse: Parse, today: date, progress: Progress = silent) -> Values:
    """A row is judged for its own field; a row without one for all of them."""
    values = Values()
    for row in each(rows, progress):
        found = parse(row.text, row.context, today)["fields"]
        if row.field is None:
            values.judge(row.text, JUDGED, {}, found)
        else:
            values.judge(row.text, [row.field], {row.field: row.value}, found)
    return values
