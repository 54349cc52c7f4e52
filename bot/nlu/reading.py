"""Intent and values of one message together: phrases first, then what the values say, then the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bot.nlu.cues import CORRECTION, is_question, is_request
from bot.nlu.intents import IntentModel, probabilities
from bot.nlu.normal import bare, normalise
from bot.nlu.phrases import Phrases
from bot.nlu.spans import Problem, Span
from bot.nlu.values import extract, invalid

FACTS = frozenset({"budget", "deadline", "phone", "enterprise_name", "district", "contact_name", "uscc", "zone"})
"""Values that show that a message informs or corrects."""
FREE_TEXT_INTENTS = frozenset({"submit_demand", "inform", "correct"})
SURE = 0.97
"""Confidence of an intent that a phrase or the values alone decide."""


@dataclass(frozen=True)
class Understood:
    """What a message means: intents best first with confidences that sum to at most 1, values, and a near miss."""

    ranking: list[tuple[str, float]]
    spans: list[Span]
    invalid: Problem | None

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]


@dataclass(frozen=True)
class Reader:
    """Reads messages with a lexicon, a trained model and the priors of each open question."""

    phrases: Phrases
    model: IntentModel
    priors: Mapping[str, Mapping[str, float]]
    """question → intent → what is added to the log-odds."""

    def read(self, text: str, today: date, question: str | None = None) -> Understood:
        """`question` is the key of the open question, `today` the day that dates count from."""
        spans = extract(text, today, question)
        sure = self._sure(text, spans, question)
        ranking = self._around(sure) if sure else self._ranked(text, spans, question)
        spans = _fitting(spans, ranking[0][0], question)
        near = invalid(text, today, question) if ranking[0][0] in FREE_TEXT_INTENTS | {"out_of_scope"} else None
        return Understood(ranking, spans, near)

    def _sure(self, text: str, spans: list[Span], question: str | None) -> str | None:
        """The intent when a phrase or the values alone tell it; the encoder is not needed then."""
        named = self.phrases.intent(text, question)
        if named:
            return named
        facts = [span for span in spans if span.field in FACTS and not span.guess]
        if not facts:
            return None
        plain = normalise(text).text
        if CORRECTION.search(plain):
            return "correct"
        rest = next((str(span.value) for span in spans if span.field == "problem"), "")
        return "inform" if len(bare(rest)) <= 4 and not is_question(plain) else None

    def _around(self, intent: str) -> list[tuple[str, float]]:
        others = [label for label in self.model.labels if label != intent][: len(self.model.labels)]
        rest = (1 - SURE) / max(len(others), 1)
        return [(intent, SURE), *((label, rest) for label in others)]

    def _ranked(self, text: str, spans: list[Span], question: str | None) -> list[tuple[str, float]]:
        labels = self.model.labels
        scores = self.model.scores(text).astype(np.float64)
        for intent, weight in self._weights(text, spans, question).items():
            if intent in labels:
                scores[labels.index(intent)] += weight
        shares = probabilities(scores)
        order = np.argsort(-shares)
        return [(labels[place], float(shares[place])) for place in order]

    def _weights(self, text: str, spans: list[Span], question: str | None) -> dict[str, float]:
        """What the open question and the values add to each intent's log-odds."""
        weights: dict[str, float] = dict(self.priors.get(question or "none", {}))
        plain = normalise(text).text
        facts = [span for span in spans if span.field in FACTS]
        if facts:
            _add(weights, {"inform": 2.5, "submit_demand": 0.5, "correct": 0.5})
        if any(span.guess for span in facts):
            _add(weights, {"inform": 1.0})
        if CORRECTION.search(plain):
            _add(weights, {"correct": 1.5})
        if len(bare(plain)) > 25 and not is_request(plain):
            _add(weights, {"inform": 1.0})
        return weights


def _add(weights: dict[str, float], more: dict[str, Any]) -> None:
    for intent, weight in more.items():
        weights[intent] = weights.get(intent, 0.0) + weight


def _fitting(spans: list[Span], intent: str, question: str | None) -> list[Span]:
    """Guesses stand only while the message answers; free text only under intents that carry one."""
    answers = intent in FREE_TEXT_INTENTS
    return [
        span for span in spans if answers or not (span.guess or (span.field == "problem" and intent != "out_of_scope"))
    ]
