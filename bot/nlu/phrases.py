"""Exact phrases and what they mean, alone or as the answer to the open question."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.nlu.normal import bare, normalise

_PARTICLES = re.compile(r"(?:了哈|了嘛|[哈嘛哦噢喔吧啦呀呢啊哟噻嗷滴撒咯哒捏]|的呢|的哈)+$")
_PARTS = re.compile(r"[\s,，。.!！;；、~～…]+")
_POLITE = ("affirm", "greet", "goodbye")
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}")


def key(text: str) -> str:
    """A phrase without blanks, punctuation and final particles: 要得哈~ → 要得; symbols alone stay as typed."""
    plain = bare(normalise(text).text)
    if not plain:
        return "".join(text.split())
    shorter = _PARTICLES.sub("", plain)
    return _REPEATED.sub(r"\1\1", shorter or plain)


@dataclass(frozen=True)
class Phrases:
    """The lexicon: phrase → intent, and the same for each open question, which goes first."""

    anywhere: Mapping[str, str]
    by_question: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Phrases":
        """From {"anywhere": {intent: [phrase]}, "questions": {question: {intent: [phrase]}}}."""
        questions = data.get("questions") or {}
        return cls(_index(data.get("anywhere") or {}), {name: _index(table) for name, table in questions.items()})

    def intent(self, text: str, question: str | None) -> str | None:
        """The intent of a text that is a known phrase and nothing else."""
        whole = self._one(key(text), question)
        if whole:
            return whole
        parts = [part for part in _PARTS.split(text) if key(part)]
        if not 2 <= len(parts) <= 4:
            return None
        return _together([self._one(key(part), question) for part in parts])

    def _one(self, phrase: str, question: str | None) -> str | None:
        return self._asked(phrase, question) or self.anywhere.get(phrase)

    def _asked(self, phrase: str, question: str | None) -> str | None:
        if question is None:
            return None
        return self.by_question.get(question, {}).get(phrase) or self.by_question.get("any", {}).get(phrase)


def _together(intents: list[str | None]) -> str | None:
    """The intent of several phrases in a row: politeness gives way to what is meant, 好的 谢谢 is a farewell."""
    if None in intents:
        return None
    meant = {intent for intent in intents if intent not in _POLITE}
    if len(meant) == 1:
        return meant.pop()
    return None if meant else "goodbye" if "goodbye" in intents else intents[-1]


def _index(table: Mapping[str, Any]) -> dict[str, str]:
    return {key(str(phrase)): intent for intent, phrases in table.items() for phrase in phrases}
