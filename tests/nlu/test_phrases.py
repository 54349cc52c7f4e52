"""Exact phrases, alone and as answers."""

from pathlib import Path

import pytest
import yaml

from bot.nlu.phrases import Phrases

LEXICON = Phrases.of(yaml.safe_load(Path("nlu_data/lexicon.yml").read_text("utf-8")))


@pytest.mark.parametrize(
    ("text", "question", "intent"),
    [
        ("要得", None, "affirm"),
        ("要得哈~", None, "affirm"),
        ("中！", None, "affirm"),
        ("對的", None, "affirm"),
        ("ＯＫ", None, "affirm"),
        ("👌", None, "affirm"),
        ("莫得", None, "deny"),
        ("３Q", None, "goodbye"),
        ("好的 谢谢", None, "goodbye"),
        ("你好，在吗", None, "greet"),
        ("嗯嗯嗯嗯嗯", None, "affirm"),
        ("1", "consent", "affirm"),
        ("２", "consent", "deny"),
        ("①", "consent", "affirm"),
        ("否", "consent", "deny"),
        ("5", "rating", "rate"),
        ("没有", "budget", "inform"),
        ("没有", None, "deny"),
        ("跳过吧", "budget", "skip"),
        ("1", None, None),
        ("焊缝老是裂", None, None),
        ("好的 焊缝老是裂", None, None),
        ("", None, None),
    ],
)
def test_phrases_and_the_open_question(text: str, question: str | None, intent: str | None) -> None:
    assert LEXICON.intent(text, question) == intent


def test_no_phrase_stands_for_two_intents() -> None:
    data = yaml.safe_load(Path("nlu_data/lexicon.yml").read_text("utf-8"))
    for table in (data["anywhere"], *data["questions"].values()):
        phrases = [str(phrase) for listed in table.values() for phrase in listed]
        assert len(phrases) == len(set(phrases)), sorted({p for p in phrases if phrases.count(p) > 1})
