"""The pipeline inside Rasa says the same as `zhuli parse`, and carries the near misses."""

import asyncio
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.parse import Parser

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def agent(model: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent

        return Agent.load(str(model))


def read(agent: Any, text: str, question: str | None) -> dict[str, Any]:
    from rasa.core.channels.channel import UserMessage

    message = UserMessage(text, metadata={"question": question, "today": TODAY.isoformat()})
    found: dict[str, Any] = asyncio.run(agent.processor.parse_message(message))
    return found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看", None),
        ("三五十个吧 今年底要用", "budget"),
        ("否", "consent"),
        ("改6", "confirm_summary"),
    ],
)
def test_rasa_and_the_parser_agree(agent: Any, parser: Parser, text: str, question: str | None) -> None:
    inside, outside = read(agent, text, question), parser.parse(text, question, TODAY)
    assert inside["intent"]["name"] == outside["intent"]["name"]
    assert {entity["entity"]: entity["value"] for entity in inside["entities"]} == outside["fields"]
    assert len(inside["intent_ranking"]) >= 3


def test_spans_point_into_the_text(agent: Any) -> None:
    text = "预算三五十万，电话１３８ ００００ ００００"
    places = {entity["entity"]: text[entity["start"] : entity["end"]] for entity in read(agent, text, None)["entities"]}
    assert places == {"budget": "三五十万", "phone": "１３８ ００００ ００００"}


def test_a_near_miss_is_an_entity_with_its_reason(agent: Any) -> None:
    entities = read(agent, "预算八万 电话1380000000", "budget")["entities"]
    assert {"field": "phone", "code": "phone_length"} in [entity["value"] for entity in entities]


def test_a_message_without_words_falls_back(agent: Any) -> None:
    assert read(agent, "。。。", None)["intent"]["name"] == "nlu_fallback"


def test_tokens_hold_no_blanks(agent: Any) -> None:
    tokens = read(agent, "焊缝 老是  裂", None)["text_tokens"]
    text = "焊缝 老是  裂"
    assert all(text[start:end].strip() for start, end in tokens)
