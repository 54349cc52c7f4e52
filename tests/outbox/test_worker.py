"""From a written notice to its outcome, on both databases."""

import asyncio
import socket
from datetime import timedelta

import pytest

from bot.outbox import writer
from bot.outbox.worker import Pace
from bot.services.case_access import Undelivered
from bot.services.conversations import ConversationLog
from bot.services.deliveries_log import DeliveryLog
from connectors.ports import Dead, Held, Retry
from models import Cipher, Conversation, Database, Notice, Session
from tests.outbox.conftest import PERSON, Channel, Outbox

CHOICES = [{"title": "同意", "payload": "/affirm"}, {"title": "不同意", "payload": "/deny"}]


async def test_a_notice_is_delivered_once(outbox: Outbox) -> None:
    outbox.write("一", data={"template": {"a": "b"}})
    assert await outbox.worker().round() == 1
    assert await outbox.worker().round() == 0
    [got] = outbox.channel.got
    assert (got.recipient, got.text, got.kind, got.data) == (PERSON, "一", "taken", {"template": {"a": "b"}})
    assert outbox.notice().state == "delivered"
    assert outbox.notice().delivered_at == outbox.clock()


def test_the_same_key_is_written_once(outbox: Outbox) -> None:
    assert outbox.write("一") is True
    assert outbox.write("一") is False
    assert len(outbox.notices()) == 1


def test_a_notice_falls_with_the_change_it_tells_of(outbox: Outbox) -> None:
    def fail(session: Session) -> None:
        writer.write(
            session, kind="k", channel="wechat", recipient=PERSON, text="x", dedupe_key="k", now=outbox.clock()
        )
        raise LookupError

    with pytest.raises(LookupError), outbox.db.begin() as session:
        fail(session)
    assert outbox.notices() == []


async def test_nothing_is_sent_before_its_time(outbox: Outbox) -> None:
    outbox.write("一", available_at=outbox.clock() + timedelta(minutes=1))
    assert await outbox.worker().round() == 0
    outbox.clock.advance(minutes=1)
    assert await outbox.worker().round() == 1


async def test_channels_without_a_deliverer_are_left_alone(outbox: Outbox) -> None:
    outbox.write("一", channel="wecom")
    assert await outbox.worker().round() == 0
    assert outbox.states() == ["pending"]


async def test_texts_of_one_person_keep_their_order(outbox: Outbox) -> None:
    for text in "一二三":
        outbox.write(text)
    outbox.write("别人", recipient="wx0000:other")
    await outbox.worker().round()
    assert [text for text in outbox.channel.texts if text != "别人"] == ["一", "二", "三"]


async def test_a_later_text_waits_for_an_earlier_one_that_failed(outbox: Outbox) -> None:
    outbox.write("一")
    outbox.write("二")
    outbox.write("别人", recipient="wx0000:other")
    outbox.channel.answers.append(Retry("busy"))
    await outbox.worker().round()
    assert outbox.channel.texts == ["一", "别人"]
    outbox.clock.advance(minutes=1)
    await outbox.worker().round()
    assert outbox.channel.texts == ["一", "别人", "一", "二"]


@pytest.mark.parametrize("outcome", [Held("45015"), Dead("40003")])
async def test_one_that_ended_lets_the_next_pass(outbox: Outbox, outcome: Held | Dead) -> None:
    outbox.write("一")
    outbox.write("二")
    outbox.channel.answers.append(outcome)
    await outbox.worker().round()
    assert outbox.channel.texts == ["一", "二"]


async def test_the_pauses_between_attempts_grow(outbox: Outbox) -> None:
    outbox.write("一")
    pauses = []
    for _ in range(4):
        outbox.channel.answers.append(Retry("busy"))
        await outbox.worker().round()
        notice = outbox.notice()
        pauses.append((notice.available_at - outbox.clock()).total_seconds())
        outbox.clock.now = notice.available_at
    assert pauses == [2, 4, 8, 16]
    assert outbox.notice().last_error == "busy"


def test_pauses_are_spread_and_have_an_upper_bound() -> None:
    pace = Pace()
    assert pace.pause(1, 1.0) == timedelta(seconds=2.5)
    assert pace.pause(50, 0.0) == timedelta(minutes=30)


async def test_a_channel_that_names_a_pause_gets_it_and_it_is_no_failure(outbox: Outbox) -> None:
    outbox.write("一")
    for _ in range(20):
        outbox.channel.answers.append(Retry("429", timedelta(seconds=37)))
        await outbox.worker().round()
        assert outbox.notice().available_at - outbox.clock() == timedelta(seconds=37)
        outbox.clock.advance(seconds=37)
    assert (outbox.notice().state, outbox.notice().attempts) == ("pending", 0)
    await outbox.worker().round()
    assert outbox.notice().state == "delivered"


async def test_what_a_channel_wants_remembered_is_there_at_the_next_attempt(outbox: Outbox) -> None:
    outbox.write("一", data={"a": 1})
    outbox.channel.answers.append(Retry("half", remember={"rest": "后半"}))
    await outbox.worker().round()
    outbox.clock.advance(minutes=1)
    await outbox.worker().round()
    assert outbox.channel.got[-1].data == {"a": 1, "rest": "后半"}


async def test_after_too_many_failures_staff_find_a_dead_letter(outbox: Outbox) -> None:
    outbox.write("一", demand_no="CD-20261120-0001")
    worker = outbox.worker(attempts=3)
    for _ in range(5):
        outbox.channel.answers.append(Retry("busy"))
        await worker.round()
        outbox.clock.advance(hours=1)
    assert len(outbox.channel.got) == 3
    assert (outbox.notice().state, outbox.notice().last_error) == ("dead", "gave_up:busy")
    [entry] = outbox.audit()
    assert (entry.action, entry.subject_id, entry.reason) == ("notice_dead", "CD-20261120-0001", "gave_up:busy")


async def test_old_news_is_given_up(outbox: Outbox) -> None:
    outbox.write("一")
    outbox.clock.advance(days=4)
    await outbox.worker().round()
    assert outbox.channel.got == []
    assert outbox.notice().last_error == "gave_up:age"


async def test_a_channel_that_breaks_is_tried_again(outbox: Outbox) -> None:
    outbox.write("一")
    outbox.channel.answers.append(RuntimeError("text of the message"))
    await outbox.worker().round()
    assert (outbox.notice().state, outbox.notice().last_error) == ("pending", "RuntimeError")


async def test_a_channel_that_hangs_is_cut_off(outbox: Outbox) -> None:
    outbox.write("一")
    outbox.channel.gate = asyncio.Event()
    await outbox.worker(delivery=0.01).round()
    assert (outbox.notice().state, outbox.notice().last_error) == ("pending", "TimeoutError")


async def test_a_death_is_told_in_the_same_transaction(outbox: Outbox) -> None:
    heard: list[Undelivered] = []
    log = DeliveryLog(
        outbox.db,
        outbox.clock,
        ConversationLog(outbox.db, outbox.clock),
        "one",
        lambda _, lost: heard.append(lost),
    )
    outbox.write("一", demand_no="CD-20261120-0001")
    outbox.write("二")
    for _ in range(2):
        [notice] = log.claim(["wechat"], timedelta(minutes=1), 9)
        log.dead(notice, "blocked")
    assert heard == [Undelivered("wechat", PERSON, "taken", "blocked", "CD-20261120-0001")]


async def test_choices_of_a_delivered_notice_are_on_offer(outbox: Outbox) -> None:
    outbox.write("同意吗？回复 1 同意，2 不同意", data={"choices": CHOICES})
    await outbox.worker().round()
    conversation, [message] = outbox.conversation()
    assert conversation is not None
    assert conversation.choices == CHOICES
    assert conversation.choices_until == outbox.clock() + timedelta(hours=48)
    assert message.author == "notice"


async def test_a_pushed_reply_stands_in_the_transcript_once(outbox: Outbox) -> None:
    with outbox.db.begin() as session:
        session.add(Conversation(sender_id=PERSON, started_at=outbox.clock(), last_at=outbox.clock(), choices=CHOICES))
    outbox.write("答复", kind="reply")
    await outbox.worker().round()
    conversation, messages = outbox.conversation()
    assert messages == []
    assert conversation is not None
    assert conversation.choices == CHOICES


async def test_held_notices_keep_what_is_untold(outbox: Outbox) -> None:
    outbox.write("一二")
    outbox.channel.answers.append(Held("45015", {"rest": "二"}))
    await outbox.worker().round()
    notice = outbox.notice()
    assert (notice.state, notice.last_error, notice.data["rest"]) == ("held", "45015", "二")


async def test_two_workers_never_send_the_same(outbox: Outbox) -> None:
    for number in range(30):
        outbox.write("文", recipient=f"wx0000:{number}")
    first, second = Channel(), Channel()
    await asyncio.gather(
        outbox.worker("one", first).round(), outbox.worker("two", second).round(), outbox.worker("three", first).round()
    )
    recipients = [one.recipient for one in (*first.got, *second.got)]
    assert len(recipients) == len(set(recipients)) == 30
    assert set(outbox.states()) == {"delivered"}


async def test_what_a_crashed_worker_had_is_repeated_once_after_its_lease(outbox: Outbox) -> None:
    outbox.write("一")
    outbox.write("二")
    crashed = DeliveryLog(outbox.db, outbox.clock, ConversationLog(outbox.db, outbox.clock), "elsewhere:1:a:b")
    [taken] = crashed.claim(["wechat"], timedelta(seconds=60), 9)
    assert taken.text == "一"
    assert await outbox.worker().round() == 0
    outbox.clock.advance(seconds=61)
    await outbox.worker().round()
    assert outbox.channel.texts == ["一", "二"]
    crashed.delivered(taken, {"late": True})
    assert [one.data for one in outbox.notices()] == [{}, {}]


async def test_leases_of_a_process_that_ended_here_are_free_at_once(outbox: Outbox) -> None:
    outbox.write("一")
    owner = f"{socket.gethostname()[:12]}:999999999:old:one"
    log = DeliveryLog(outbox.db, outbox.clock, ConversationLog(outbox.db, outbox.clock), owner)
    assert len(log.claim(["wechat"], timedelta(hours=1), 9)) == 1
    assert await outbox.worker().round() == 1


async def test_a_notice_that_kills_its_worker_every_time_is_given_up(outbox: Outbox) -> None:
    outbox.write("毒")
    log = DeliveryLog(outbox.db, outbox.clock, ConversationLog(outbox.db, outbox.clock), "elsewhere:1:a:b")
    for _ in range(3):
        assert len(log.claim(["wechat"], timedelta(seconds=60), 9)) == 1
        outbox.clock.advance(seconds=61)
    await outbox.worker(attempts=3).round()
    assert outbox.channel.got == []
    assert outbox.notice().last_error == "gave_up:attempts"


async def test_an_unreadable_notice_does_not_stop_the_others(outbox: Outbox) -> None:
    outbox.write("旧")
    stranger = Database(outbox.db.engine.url.render_as_string(hide_password=False), Cipher(["another-key-of-2027"]))
    other = Outbox(stranger, outbox.clock)
    other.write("新", recipient="wx0000:other")
    await other.worker().round()
    stranger.close()
    assert other.channel.texts == ["新"]
    with outbox.db.read() as session:
        columns = session.query(Notice.state, Notice.last_error).order_by(Notice.id).all()
    assert [tuple(row) for row in columns] == [("dead", "undecryptable"), ("delivered", None)]


async def test_the_loop_delivers_what_comes_in_and_stops_when_told(outbox: Outbox) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.worker().run(stop))
    outbox.write("一")
    await asyncio.wait_for(outbox.channel.entered.wait(), 60)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert outbox.states() == ["delivered"]


async def test_stopping_waits_for_what_is_under_way(outbox: Outbox) -> None:
    outbox.channel.gate = asyncio.Event()
    outbox.write("一")
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.worker().run(stop))
    await asyncio.wait_for(outbox.channel.entered.wait(), 60)
    stop.set()
    await asyncio.sleep(0)
    assert not running.done()
    outbox.channel.gate.set()
    await asyncio.wait_for(running, 60)
    assert outbox.states() == ["delivered"]


async def test_one_slow_recipient_does_not_hold_up_the_others(outbox: Outbox) -> None:
    slow, quick = Channel(gate=asyncio.Event()), Channel()
    worker = outbox.worker(channel=quick)
    worker._deliverers["telegram"] = slow
    outbox.write("慢", channel="telegram", recipient="1")
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await asyncio.wait_for(slow.entered.wait(), 60)
    outbox.write("快")
    await asyncio.wait_for(quick.entered.wait(), 60)
    assert slow.gate is not None
    slow.gate.set()
    stop.set()
    await asyncio.wait_for(running, 60)
    assert set(outbox.states()) == {"delivered"}


async def test_the_loop_outlives_a_database_that_is_away(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [RuntimeError("away"), RuntimeError("away")]
    claim = DeliveryLog.claim

    def flaky(self: DeliveryLog, *args: object) -> object:
        if failures:
            raise failures.pop()
        return claim(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(DeliveryLog, "claim", flaky)
    outbox.write("一")
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.worker().run(stop))
    await asyncio.wait_for(outbox.channel.entered.wait(), 60)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert len([record for record in caplog.records if "cannot be read" in record.message]) == 1


async def test_texts_never_stand_in_the_log(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    outbox.write("张三丰 13800000000")
    outbox.channel.answers.extend([RuntimeError("张三丰"), Dead("blocked")])
    await outbox.worker().round()
    outbox.clock.advance(minutes=1)
    await outbox.worker().round()
    assert "张三丰" not in caplog.text
