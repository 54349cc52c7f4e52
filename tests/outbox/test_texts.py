"""What notices say: complete, short, polite, without a place left open."""

from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from bot.core.case import OUTCOMES, RETURN_REASONS, State
from bot.outbox import texts
from bot.services.case_notices import BUTTONS

WORDS: dict[str, dict[str, Any]] = yaml.safe_load(Path(texts.__file__).with_name("texts.yml").read_text("utf-8"))
VALUES = {
    "demand_no": "CD-20261122-0007",
    "title": "锂电池极片涂布厚度一致性提升",
    "station": "示例·化学化工学会新能源服务站",
    "previous": "示例·材料学会服务站",
    "liaison": "王联络",
    "due": "11 月 24 日",
    "reason": "不属于本站领域",
    "reasons": "擅长电池材料",
    "state": "诊断中",
    "outcome": "已达成",
    "note": "已签技术服务协议",
}


def rendered(kind: str) -> str:
    return texts.enterprise(kind, **VALUES)


@pytest.mark.parametrize("kind", sorted(WORDS["enterprise"]))
def test_a_notice_to_the_enterprise_is_short_polite_and_names_its_demand(kind: str) -> None:
    text = rendered(kind)
    assert VALUES["demand_no"] in text
    assert "您" in text
    assert "你" not in text
    assert len(text) <= 140


@pytest.mark.parametrize("part", sorted(WORDS))
def test_no_text_has_a_place_for_the_contact(part: str) -> None:
    for text in WORDS[part].values():
        places = {name for _, name, _, _ in Formatter().parse(str(text)) if name}
        assert not places & {"phone", "contact_name", "contact"}


@pytest.mark.parametrize("kind", ["ask_share", "closed"])
def test_a_notice_that_asks_says_how_to_answer(kind: str) -> None:
    assert "回复 1" in rendered(kind)


def test_every_button_and_reason_has_words() -> None:
    assert all(texts.button(action) for actions in BUTTONS.values() for action in actions)
    assert all(texts.desk(f"done_{action}") for actions in BUTTONS.values() for action in actions)
    assert all(RETURN_REASONS.values())
    assert all(OUTCOMES.values())


def test_each_state_that_is_urged_names_its_step() -> None:
    assert texts.step(State.AWAITING_PICKUP) == "签收"
    assert texts.step(State.CLOSED) == ""
