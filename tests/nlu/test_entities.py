"""The tagger helps where the rules find no name and the question asks for one."""

from datetime import date

import pytest

from bot.nlu import entities
from bot.nlu.values import extract

TODAY = date(2026, 11, 22)


def read(text: str, question: str) -> object:
    return next((span.value for span in extract(text, TODAY, question) if span.field == question), None)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("你打电话找司马光明嘛", "contact_name", "司马光明"),
        ("阿依古丽", "contact_name", "阿依古丽"),
        ("问这个干啥", "contact_name", None),
        ("不想告诉你", "contact_name", None),
        ("你们科协是啥单位", "enterprise_name", None),
        ("不想说公司", "enterprise_name", None),
    ],
)
def test_names_that_rules_miss(text: str, question: str, value: str | None) -> None:
    assert read(text, question) == value


def test_without_the_model_the_rules_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entities, "_tagger", lambda: None)
    assert read("阿依古丽", "contact_name") is None
    assert read("张伟", "contact_name") == "张伟"
