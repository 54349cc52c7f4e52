"""Long conversations: the dialogue goes on unchanged after compaction and after a restart."""

import random
from pathlib import Path

import pytest

from bot.runtime.turns import MemoryTurnLog
from tests.runtime.conftest import MakeAgent, say
from tests.runtime.sqlite_log import SqliteTurnLog

WORDS = ["下单", "电池", "3", "收费", "几单", "取消", "x", "你说", "铜箔", "2"]
ME = "wx:one"


def conversation(seed: int, length: int = 60) -> list[str]:
    """Orders, digressions, cancellations and nonsense in any order."""
    source = random.Random(seed)
    return [source.choice(WORDS) for _ in range(length)]


@pytest.mark.parametrize("seed", range(4))
async def test_short_snapshots_change_no_answer(make_agent: MakeAgent, seed: int) -> None:
    plain, short = make_agent(MemoryTurnLog(), limit=10**6), make_agent(MemoryTurnLog(), limit=12)
    for text in conversation(seed):
        assert await say(short, text) == await say(plain, text), text


@pytest.mark.parametrize("seed", range(2))
async def test_a_restart_after_every_turn_changes_no_answer(make_agent: MakeAgent, seed: int, tmp_path: Path) -> None:
    log = SqliteTurnLog(tmp_path / "turns.db")
    plain = make_agent(MemoryTurnLog(), limit=10**6)
    restarted = make_agent(log, limit=25)
    for text in conversation(seed, 40):
        restarted.tracker_store.forget(ME)
        assert await say(restarted, text) == await say(plain, text), text
    log.close()


async def test_slots_loop_and_question_survive(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log, limit=5)
    for text in ("下单", "电池", "3", "下单", "铜箔", "收费"):
        await say(agent, text)
    tracker = await make_agent(log).tracker_store.retrieve(ME)
    assert tracker.get_slot("orders") == [["电池", 3]]
    assert tracker.get_slot("product") == "铜箔"
    assert (tracker.active_loop_name, tracker.get_slot("requested_slot")) == ("order_form", "amount")
    assert tracker.latest_action_name == "action_listen"


async def test_a_long_conversation_stays_short(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log, limit=60)
    lengths = []
    for text in ["下单", "电池", "收费", "3", "几单"] * 12:
        await say(agent, text)
        tracker = await agent.tracker_store.retrieve(ME)
        lengths.append(len(tracker.events))
    assert max(lengths) <= 120
    assert 3 <= sum(turn.snapshot for turn in log.turns[ME][1:]) <= 20
    assert len(log.load(ME) or []) <= 120


async def test_recent_turns_stay_word_for_word(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log, limit=40)
    said = ["下单", "电池", "收费", "3", "几单"] * 4
    for text in said:
        await say(agent, text)
    kept = [event["text"] for event in log.load(ME) or [] if event["event"] == "user"]
    assert kept[-3:] == said[-3:]
