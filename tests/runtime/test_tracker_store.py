"""Trackers: one record a turn, live ones in memory, nothing of a failed turn."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.tracker_store import check_if_tracker_store_async
from rasa.shared.core.events import SlotSet

from bot.runtime.tracker_store import TurnTrackerStore
from bot.runtime.turns import MemoryTurnLog, StaleTurn, TurnFailed
from tests.runtime.conftest import MakeAgent, say
from tests.runtime.sample_actions import ActionWait
from tests.runtime.sqlite_log import SqliteTurnLog

ME = "wx:one"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteTurnLog]:
    found = SqliteTurnLog(tmp_path / "turns.db")
    yield found
    found.close()


async def test_a_turn_is_one_record_with_what_was_said_read_and_answered(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log)
    await say(agent, "下单", inbox_id=7)
    await say(agent, "电池", inbox_id=8)
    first, second = log.turns[ME]
    assert (first.user and first.user.text, first.user and first.user.intent) == ("下单", "order")
    assert (first.inbox_id, second.inbox_id) == (7, 8)
    assert [reply.text for reply in second.replies] == ["要几个？"]
    assert [button["title"] for button in second.replies[0].buttons] == ["一个", "两个"]
    assert (first.open_question, second.open_question) == ("product", "amount")
    assert second.slots["product"] == "电池"
    assert not first.failed


async def test_a_turn_records_only_its_own_events(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log)
    for text in ("下单", "电池", "收费"):
        await say(agent, text)
    said = [[e["text"] for e in turn.events if e["event"] == "user"] for turn in log.turns[ME]]
    assert said == [["下单"], ["电池"], ["收费"]]
    assert [turn.snapshot for turn in log.turns[ME]] == [True, False, False]


async def test_a_question_outside_a_form_is_taken_from_its_slot(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    await say(make_agent(log), "几单")
    assert log.turns[ME][-1].open_question == "rating"


async def test_the_dialogue_goes_on_in_another_process(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    first = make_agent(log)
    await say(first, "下单")
    await say(first, "电池")
    assert await say(make_agent(log), "3") == ["已下单：电池 3 个。"]


async def test_a_broken_action_leaves_nothing_behind(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    agent = make_agent(log)
    await say(agent, "下单")
    await say(agent, "电池")
    before = log.load(ME)
    with pytest.raises(TurnFailed) as caught:
        await say(agent, "炸")
    assert "13800000000" not in str(caught.value)
    assert log.load(ME) == before
    assert await say(agent, "3") == ["已下单：电池 3 个。"]


async def test_a_cancelled_turn_leaves_nothing_behind(
    make_agent: MakeAgent, log: SqliteTurnLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, reached = make_agent(log), asyncio.Event()
    monkeypatch.setattr(ActionWait, "reached", reached)
    await say(agent, "收费")
    turn = asyncio.create_task(say(agent, "等一下"))
    async with asyncio.timeout(60):
        await reached.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert await say(agent, "几单") == ["共 0 单。"]
    assert log.texts(ME) == ["收费", "几单"]


async def test_a_turn_without_end_is_cut_off_and_the_next_one_works(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log)
    await say(agent, "反复")
    assert log.turns[ME][-1].failed
    assert await say(agent, "几单") == ["共 0 单。"]
    assert not log.turns[ME][-1].failed


async def test_a_failed_commit_reaches_the_caller_and_leaves_nothing_behind(
    make_agent: MakeAgent, log: SqliteTurnLog
) -> None:
    agent = make_agent(log)
    await say(agent, "下单")
    log.fail_next = True
    with pytest.raises(sqlite3.OperationalError):
        await say(agent, "电池")
    tracker = await agent.tracker_store.retrieve(ME)
    assert tracker.get_slot("product") is None
    assert await say(agent, "铜箔") == ["要几个？"]
    assert log.texts(ME) == ["下单", "铜箔"]


async def test_a_tracker_changed_without_a_record_is_loaded_anew(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    agent = make_agent(log)
    await say(agent, "下单")
    live = await agent.tracker_store.retrieve(ME)
    live.update(SlotSet("product", "别的"))
    assert (await agent.tracker_store.retrieve(ME)).get_slot("product") is None


async def test_a_conversation_erased_by_someone_else_is_forgotten(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    agent = make_agent(log)
    await say(agent, "下单")
    await say(agent, "电池")
    log.erase(ME)
    assert await agent.tracker_store.retrieve(ME) is None
    assert await say(agent, "3") == ["没有听懂。"]


async def test_two_processes_that_take_turns_see_each_others(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    one, two = make_agent(log), make_agent(log)
    assert await say(one, "下单") == ["要什么？"]
    assert await say(two, "电池") == ["要几个？"]
    assert await say(one, "3") == ["已下单：电池 3 个。"]


async def test_a_turn_that_someone_overtook_is_not_recorded(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    one, two = make_agent(log), make_agent(log)
    await say(one, "下单")
    overtaken = await one.tracker_store.retrieve(ME)
    overtaken.update(SlotSet("product", "旧"))
    await say(two, "电池")
    with pytest.raises(StaleTurn):
        await one.tracker_store.save(overtaken)
    assert await say(one, "3") == ["已下单：电池 3 个。"]


async def test_live_trackers_are_bounded(make_agent: MakeAgent, log: SqliteTurnLog) -> None:
    agent = make_agent(log, live=2)
    for number in range(5):
        await say(agent, "下单", sender=f"wx:{number}")
    assert len(agent.tracker_store) == 2
    assert await say(agent, "电池", sender="wx:0") == ["要几个？"]


async def test_a_restart_is_recorded_as_a_snapshot(make_agent: MakeAgent) -> None:
    log = MemoryTurnLog()
    agent = make_agent(log)
    for text in ("下单", "电池", "3", "重新开始"):
        await say(agent, text)
    assert log.turns[ME][-1].snapshot
    assert "电池" not in str(log.load(ME))
    assert await say(make_agent(log), "几单") == ["共 0 单。"]


def test_rasa_takes_the_store_for_an_asynchronous_one() -> None:
    assert check_if_tracker_store_async(TurnTrackerStore())
