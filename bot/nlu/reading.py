"""Intent and values of one message together: phrases first, then what the values say, then the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bot.core.item_edits import EDITABLE
from bot.nlu.contradiction import contradiction, without_replaced
from bot.nlu.cues import CORRECTION, is_question
from bot.nlu.intents import IntentModel, probabilities
from bot.nlu.item_edit import item_edit
from bot.nlu.normal import bare, normalise
from bot.nlu.phrases import Phrases
from bot.nlu.signs import signs
from bot.nlu.spans import Problem, Span
from bot.nlu.values import extract, invalid

FACTS = frozenset({"budget", "deadline", "phone", "enterprise_name", "district", "contact_name", "uscc", "zone"})
"""Values that show that a message informs or corrects."""
TELLING = frozenset({"budget", "phone", "enterprise_name", "uscc"})
"""Values that nobody names in passing, as people do a day, a place or a name."""
FREE_TEXT_INTENTS = frozenset({"submit_demand", "inform", "correct"})
NEAR_MISS_INTENTS = FREE_TEXT_INTENTS | {"out_of_scope", "chitchat", "greet"}
LIKELY = ("inform", "submit_demand", "affirm", "correct", "ask_status", "faq_what", "deny", "skip", "handoff")
UNLIKELY = ("chitchat", "help", "out_of_scope")
"""What stands first for a message without words; the shares are below every threshold."""
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
    kin: Sequence[Sequence[str]] = ()
    """Groups of intents that lead to the same step."""

    @classmethod
    def of(cls, lexicon: Mapping[str, Any], model: IntentModel) -> "Reader":
        """From the data of nlu_data/lexicon.yml."""
        return cls(Phrases.of(lexicon), model, lexicon.get("priors") or {}, lexicon.get("kin") or ())

    def read(self, text: str, today: date, question: str | None = None) -> Understood:
        """`question` is the key of the open question, `today` the day that dates count from."""
        item = self._item(text, today) if question == "confirm_summary" or question in EDITABLE else None
        if item is not None:
            return item
        spans = extract(text, today, question)
        spans = without_replaced(text, spans, today)
        near = contradiction(text, spans, today)
        if near:
            spans = [span for span in spans if span.field != near.field]
        near = near or invalid(text, today, question)
        sure = self._sure(text, spans, near, question)
        if sure:
            ranking = self._around(sure)
        elif says_nothing(text):
            ranking = self._unsure()
        else:
            ranking = self._ranked(text, spans, near, question)
        intent = ranking[0][0]
        near = near if intent in NEAR_MISS_INTENTS else None
        return Understood(ranking, _fitting(spans, intent, near, question), near)

    def _item(self, text: str, today: date) -> Understood | None:
        """第6项改成40: the new text answers the item's own question; None when it is no such edit."""
        edit = item_edit(text)
        if not edit:
            return None
        told = self.read(text[edit.start :], today, edit.field)
        values = [span for span in told.spans if span.field == edit.field]
        if not values:
            return None
        placed = [Span(one.field, one.value, one.start + edit.start, one.end + edit.start) for one in values]
        return Understood(self._around("correct"), placed, None)

    def _sure(self, text: str, spans: list[Span], near: Problem | None, question: str | None) -> str | None:
        """The intent when a phrase or the values alone tell it; the encoder is not needed then."""
        named = self.phrases.intent(text, question)
        if named:
            return named
        facts = [span for span in spans if span.field in FACTS and not span.guess]
        if not facts:
            return "inform" if near and says_nothing(text) else None
        plain = normalise(text).text
        if CORRECTION.search(plain):
            return "correct"
        if is_question(plain):
            return None
        telling = any(span.field in TELLING or span.field == question for span in facts)
        return "inform" if len(bare(_left(text, spans, telling))) <= (4 if telling else 2) else None

    def _around(self, intent: str) -> list[tuple[str, float]]:
        """The sure intent, then the others in the order in which people mean them."""
        labels = self.model.labels
        others = [label for label in LIKELY if label in labels] + [label for label in labels if label not in LIKELY]
        others = [label for label in others if label != intent]
        return [(intent, SURE), *((label, (1 - SURE) / max(len(others), 1)) for label in others)]

    def _unsure(self) -> list[tuple[str, float]]:
        """A message without words: nothing is likely."""
        labels = self.model.labels
        order = sorted(labels, key=lambda label: UNLIKELY.index(label) if label in UNLIKELY else len(UNLIKELY))
        return [(label, 1 / len(labels)) for label in order]

    def _ranked(
        self, text: str, spans: list[Span], near: Problem | None, question: str | None
    ) -> list[tuple[str, float]]:
        labels = self.model.labels
        scores = self.model.scores(text, signs(text, spans)).astype(np.float64)
        for intent, weight in self._weights(text, spans, near, question).items():
            if intent in labels:
                scores[labels.index(intent)] += weight
        shares = probabilities(scores)
        order = np.argsort(-shares)
        return self._settled([(labels[place], float(shares[place])) for place in order])

    def _settled(self, ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Half of the second's share goes to the first when both lead to the same step."""
        (first, most), (second, less), *others = ranking
        if not any(first in group and second in group for group in self.kin):
            return ranking
        lesser = sorted([(second, less / 2), *others], key=lambda one: -one[1])
        return [(first, most + less / 2), *lesser]

    def _weights(self, text: str, spans: list[Span], near: Problem | None, question: str | None) -> dict[str, float]:
        """What the open question adds to each intent's log-odds; the model has learned the rest."""
        weights: dict[str, float] = dict(self.priors.get(question or "none", {}))
        plain = normalise(text).text
        if any(span.guess for span in spans if span.field in FACTS):
            _add(weights, {"inform": 3.5, "submit_demand": 0.5, "correct": 0.5})
        if near and near.code not in ("too_short", "not_a_company"):
            _add(weights, {"inform": 2.0})
        if CORRECTION.search(plain):
            _add(weights, {"correct": 1.0})
        return weights


def _add(weights: dict[str, float], more: dict[str, Any]) -> None:
    for intent, weight in more.items():
        weights[intent] = weights.get(intent, 0.0) + weight


def _left(text: str, spans: list[Span], telling: bool) -> str:
    """What a message says beside its values: the problem in it, or every character outside of them."""
    if telling:
        return next((str(span.value) for span in spans if span.field == "problem"), "")
    covered = {place for span in spans if span.field in FACTS for place in range(span.start, span.end)}
    return "".join(character for place, character in enumerate(text) if place not in covered)


def says_nothing(text: str) -> bool:
    """True when there are no letters: blanks, punctuation, digits, symbols."""
    return not any(character.isalpha() for character in normalise(text).text)


def _fitting(spans: list[Span], intent: str, near: Problem | None, question: str | None) -> list[Span]:
    """Guesses stand only while the message answers; the rest of the text only where it says more than the values."""
    answers = intent in FREE_TEXT_INTENTS
    kept = [span for span in spans if answers or not span.guess]
    guessed = any(span.guess for span in kept)
    corrected = intent == "correct" and any(span.field in FACTS for span in kept)
    missed = near is not None and near.field in (question, "uscc", "phone")
    says_more = (answers or intent == "out_of_scope") and not (guessed or corrected or missed)
    return [span for span in kept if says_more or span.field != "problem"]
