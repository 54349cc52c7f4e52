"""The webhook on a real socket: one answer for each push."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.demo.pusher import Pusher
from connectors.wechat.wording import load_texts
from models import Database, Notice
from tests.conftest import Clock
from tests.connectors.wechat.webhook_bench import ACCOUNT, OPENID, SENDER, Webhook, short, webhook


@pytest.fixture
async def hook(database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Webhook]:
    async with webhook(database, clock, tmp_path) as running:
        yield running


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def notices(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        return [(one.dedupe_key, one.text, one.state) for one in session.query(Notice).order_by(Notice.id)]


async def test_a_text_is_answered_passively_and_recorded(hook: Webhook) -> None:
    assert await hook.say("涂布厚度不均匀") == "听到：涂布厚度不均匀"
    await hook.desk.idle()
    assert rows(hook.database, "SELECT kind, state, attempts FROM inbox") == [("text", "answered", 1)]
    assert [row[0] for row in rows(hook.database, "SELECT author FROM message ORDER BY id")] == ["user", "bot"]
    assert hook.parrot.heard[0].sender_id == SENDER


async def test_the_address_check_is_answered_with_the_echo(hook: Webhook) -> None:
    async with Pusher(ACCOUNT, hook.url, hook.clock) as pusher:
        assert await pusher.verify()


async def test_parallel_deliveries_make_one_turn_and_the_same_answer(hook: Webhook) -> None:
    push = hook.pushes().text(OPENID, "你好")
    hook.parrot.gate.clear()
    deliveries = [asyncio.create_task(hook.push(push)) for _ in range(3)]
    await hook.parrot.entered.wait()
    hook.parrot.gate.set()
    assert set(await asyncio.gather(*deliveries)) == {"听到：你好"}
    assert len(hook.parrot.heard) == 1
    assert rows(hook.database, "SELECT count(*) FROM inbox") == [(1,)]


async def test_two_processes_on_one_database_make_one_turn(
    hook: Webhook, database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with webhook(database, clock, tmp_path / "second") as other:
        push = hook.pushes().text(OPENID, "你好")
        hook.parrot.gate.clear()
        other.parrot.gate.clear()
        deliveries = [asyncio.create_task(one.push(push)) for one in (hook, other, hook)]
        entered = [asyncio.create_task(one.parrot.entered.wait()) for one in (hook, other)]
        _, waiting = await asyncio.wait(entered, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        hook.parrot.gate.set()
        other.parrot.gate.set()
        assert set(await asyncio.gather(*deliveries)) == {"听到：你好"}
        assert len(hook.parrot.heard) + len(other.parrot.heard) == 1
        assert rows(database, "SELECT count(*) FROM inbox") == [(1,)]
        assert rows(database, "SELECT count(*) FROM message") == [(2,)]


async def test_a_slow_turn_is_accepted_and_its_reply_pushed(database: Database, clock: Clock, tmp_path: Path) -> None:
    async with webhook(database, clock, tmp_path, short(passive=0.1)) as hook:
        hook.parrot.gate.clear()
        assert await hook.say("慢") is None
        hook.parrot.gate.set()
        await hook.desk.idle()
        assert notices(database) == [("reply:1", "听到：慢", "pending")]
        assert rows(database, "SELECT state FROM inbox") == [("pushed",)]


async def test_a_retry_after_the_push_is_only_accepted(database: Database, clock: Clock, tmp_path: Path) -> None:
    async with webhook(database, clock, tmp_path, short(passive=0.1)) as hook:
        push = hook.pushes().text(OPENID, "慢")
        hook.parrot.gate.clear()
        assert await hook.push(push) is None
        hook.parrot.gate.set()
        await hook.desk.idle()
        assert await hook.push(push) is None
        assert len(hook.parrot.heard) == 1


async def test_a_retry_gets_the_reply_that_the_first_delivery_did_not_wait_for(hook: Webhook) -> None:
    push = hook.pushes().text(OPENID, "慢")
    hook.parrot.gate.clear()
    await hook.abandon(push)
    hook.parrot.gate.set()
    await hook.desk.idle()
    assert await hook.push(push) == "听到：慢"
    assert len(hook.parrot.heard) == 1
    assert notices(hook.database) == []


async def test_a_reply_that_nobody_took_is_pushed_after_the_retries(hook: Webhook, clock: Clock) -> None:
    hook.parrot.gate.clear()
    await hook.abandon(hook.pushes().text(OPENID, "慢"))
    hook.parrot.gate.set()
    await hook.desk.idle()
    assert hook.inbox.push_unanswered() == 0
    clock.advance(seconds=21)
    assert hook.inbox.push_unanswered() == 1
    assert notices(hook.database) == [("reply:1", "听到：慢", "pending")]


async def test_a_turn_that_was_cut_off_is_run_again_by_the_next_process(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with webhook(database, clock, tmp_path) as first:
        first.parrot.gate.clear()
        await first.abandon(first.pushes().text(OPENID, "断电"))
        for task in first.desk._tasks:
            task.cancel()
        await first.desk.idle()
        assert rows(database, "SELECT state, attempts FROM inbox") == [("received", 1)]
    async with webhook(database, clock, tmp_path) as second:
        await second.desk.idle()
        assert second.parrot.texts == ["断电"]
        assert rows(database, "SELECT state, attempts FROM inbox") == [("done", 2)]


async def test_a_push_that_never_comes_to_an_end_is_given_up(database: Database, clock: Clock, tmp_path: Path) -> None:
    for _ in range(3):
        async with webhook(database, clock, tmp_path) as hook:
            hook.parrot.gate.clear()
            if not rows(database, "SELECT id FROM inbox"):
                await hook.abandon(hook.pushes().text(OPENID, "毒"))
            await hook.parrot.entered.wait()
            for task in hook.desk._tasks:
                task.cancel()
            await hook.desk.idle()
    async with webhook(database, clock, tmp_path) as hook:
        await hook.desk.idle()
        assert hook.parrot.heard == []
        assert rows(database, "SELECT state FROM inbox") == [("failed",)]
        assert len(notices(database)) == 1


async def test_a_turn_that_breaks_is_apologised_for_and_the_next_works(hook: Webhook) -> None:
    def bug() -> None:
        raise ZeroDivisionError

    hook.parrot.before_record = bug
    assert await hook.say("一") == load_texts().failure
    hook.parrot.before_record = None
    assert await hook.say("二") == "听到：二"
    assert [row[0] for row in rows(hook.database, "SELECT text FROM message WHERE author = 'user'")] == ["一", "二"]


async def test_a_turn_that_hangs_ends_at_its_limit(database: Database, clock: Clock, tmp_path: Path) -> None:
    async with webhook(database, clock, tmp_path, short(turn=0.1)) as hook:
        hook.parrot.gate.clear()
        assert await hook.say("一") == load_texts().failure


async def test_messages_of_one_person_are_worked_on_in_their_order(hook: Webhook) -> None:
    hook.parrot.gate.clear()
    tasks = []
    for word in ("一", "二", "三"):
        tasks.append(asyncio.create_task(hook.say(word)))
        while len(rows(hook.database, "SELECT id FROM inbox")) < len(tasks):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    other = asyncio.create_task(hook.say("别人", openid="oSomebodyElse"))
    while len(hook.parrot.heard) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert hook.parrot.texts == ["一", "别人"]
    hook.parrot.gate.set()
    await asyncio.gather(*tasks, other)
    assert [text for text in hook.parrot.texts if text != "别人"] == ["一", "二", "三"]


async def test_a_long_reply_is_cut_and_the_rest_follows(hook: Webhook) -> None:
    hook.parrot.reply = "这是一句很长的话。" * 200
    passive = await hook.say("说")
    assert passive is not None
    [(key, rest, _)] = notices(hook.database)
    assert key == "rest:1"
    assert passive + rest == hook.parrot.reply
    assert len(passive.encode()) <= 2000


async def test_numbered_choices_are_offered_taken_and_gone(hook: Webhook) -> None:
    hook.parrot.buttons = [{"title": "同意", "payload": "/affirm"}, {"title": "不同意", "payload": "/deny"}]
    hook.parrot.reply = "可以吗？"
    assert await hook.say("你好") == "可以吗？\n1. 同意\n2. 不同意\n（回复数字选择）"
    hook.parrot.buttons, hook.parrot.reply = [], "好"
    await hook.say("②")
    assert hook.parrot.heard[-1].text == "/deny"
    assert hook.parrot.heard[-1].metadata["said"] == "②"
    await hook.say("2")
    assert hook.parrot.heard[-1].text == "2"


@pytest.mark.parametrize("content", ["/restart", "  /restart", '/inform{"place": "x"}', "\u3000/back"])
async def test_a_command_in_a_message_is_only_text(hook: Webhook, content: str) -> None:
    await hook.say(content)
    assert hook.parrot.heard[0].text.startswith("／")


async def test_ten_thousand_characters_and_white_space_are_safe(hook: Webhook) -> None:
    await hook.say("长" * 10_000)
    assert len(hook.parrot.heard[0].text) == 2000
    assert hook.parrot.heard[0].metadata["said"] == "长" * 10_000
    await hook.say("   \n")
    assert hook.parrot.heard[1].text == '/user_sent{"kind": "unsupported"}'


async def test_what_is_no_text_becomes_a_payload_and_an_attachment(hook: Webhook) -> None:
    pushes = hook.pushes()
    await hook.push(pushes.image(OPENID, "https://example.com/a.jpg", "media-1"))
    await hook.push(pushes.location(OPENID, 30.8, 103.9, "成都市郫都区红光街道"))
    await hook.push(pushes.voice(OPENID, "media-2"))
    assert hook.parrot.texts == [
        '/user_sent{"kind": "image"}',
        '/user_sent{"kind": "location"}',
        '/user_sent{"kind": "voice"}',
    ]
    assert hook.parrot.heard[1].metadata["attachment"]["label"] == "成都市郫都区红光街道"
    assert rows(hook.database, "SELECT kind, media_id, state FROM attachment ORDER BY id") == [
        ("image", "media-1", "pending"),
        ("location", None, "none"),
        ("voice", "media-2", "pending"),
    ]
    assert rows(hook.database, "SELECT text FROM message WHERE author = 'user' ORDER BY id")[0] == ("［图片］",)


async def test_events(hook: Webhook) -> None:
    pushes = hook.pushes()
    await hook.push(pushes.subscribe(OPENID, "7"))
    await hook.push(pushes.click(OPENID, "status"))
    assert await hook.push(pushes.position(OPENID, 30.1, 104.1)) is None
    assert await hook.push(pushes.template_finished(OPENID, 5)) is None
    assert hook.parrot.texts == ['/subscribed{"scene": "7"}', "/ask_status"]


async def test_who_unsubscribes_is_forgotten(hook: Webhook) -> None:
    await hook.say("我叫王小明，13800000000")
    await hook.desk.idle()
    assert await hook.push(hook.pushes().unsubscribe(OPENID)) is None
    assert rows(hook.database, "SELECT count(*) FROM conversation") == [(0,)]
    assert rows(hook.database, "SELECT count(*) FROM message") == [(0,)]
    assert rows(hook.database, "SELECT kind, sender_id FROM inbox") == [("event:unsubscribe", "")]


async def test_while_staff_talks_the_bot_is_silent(hook: Webhook) -> None:
    await hook.say("转人工")
    with hook.database.begin() as session:
        session.execute(
            text("UPDATE conversation SET handoff = 'active', handoff_at = :now"),
            {"now": hook.clock().replace(tzinfo=None) if hook.database.is_sqlite else hook.clock()},
        )
    assert await hook.say("在吗") is None
    assert hook.parrot.texts == ["转人工"]
    assert rows(hook.database, "SELECT text FROM message WHERE author = 'user' ORDER BY id")[-1] == ("在吗",)


async def test_the_key_before_still_works(database: Database, clock: Clock, tmp_path: Path) -> None:
    async with webhook(database, clock, tmp_path, aes_keys=("n" * 43, ACCOUNT.aes_key)) as hook:
        assert await hook.say("你好") == "听到：你好"
