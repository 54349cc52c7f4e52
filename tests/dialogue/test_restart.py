"""A conversation goes on where it stopped when the bot was started anew in between."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.runtime.launcher import BotOptions, BotParts, load_agent
from bot.services.container import Services
from tests.dialogue.talk import Talk

SENDER = "wx:restarted"


async def test_days_and_a_restart_later_the_open_question_is_still_open(
    agent: Any, model: Path, house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(agent, SENDER)
    await talk.say("热处理后齿轮变形大，想找专家，预算20万")
    await talk.say("1")
    assert await talk.question() == "indicators"
    clock: Any = house.clock
    monkeypatch.setattr(clock, "now", clock.now + timedelta(days=9))
    anew = load_agent(BotOptions("", 0, model), BotParts(channels=[], turns=house.conversations, warm_up=None))
    again = Talk(anew, SENDER)
    answer = await again.say("继续")
    assert "齿轮" in answer
    assert "20 万元" in answer
    assert await again.question() == "indicators"
    await again.say("变形控制在0.05以内")
    assert await again.question() == "deadline"
