"""Turns are kept whole or not at all, masked for people and encrypted for the dialogue."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.choices import Layout
from bot.runtime.turns import BotReply, Turn, UserTurn
from bot.services.conversations import DROPPED, AlreadyRecorded, ConversationLog
from bot.services.deliveries import Deliveries, Delivery
from bot.services.inbox import Arrival, Inbox, ReplayedRequest, Standing, Status
from models import Database, Notice
from tests.conftest import Clock

SENDER = "wx0123456789abcdef:oOne"
NOTICE_DEFAULTS = {"kind": "taken", "channel": "wechat", "recipient": SENDER, "state": "held", "attempts": 1}


class Kept:
    """An inbox and a log of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.deliveries = Deliveries()
        self.inbox = Inbox(database, clock)
        layout = Layout("（回复数字选择）", lambda told: [told[:10], told[10:]] if len(told) > 10 else [told])
        self.log = ConversationLog(database, clock, self.inbox.owner, layout, self.deliveries)

    def receive(self, key: str = "k1", **changes: Any) -> int:
        arrival = Arrival(
            **({"unique_key": key, "sender_id": SENDER, "kind": "text", "payload": {"text": "一"}} | changes)
        )
        return self.inbox.receive(arrival).id

    def listened(self, key: str = "k1") -> int:
        """A push with a request that waits for its reply."""
        number = self.receive(key)
        delivery = Delivery()
        delivery.listen()
        self.deliveries.open(number, delivery)
        return number

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.read() as session:
            return [tuple(row) for row in session.execute(text(statement))]

    def notices(self) -> list[Notice]:
        with self.database.read() as session:
            return list(session.query(Notice).order_by(Notice.id))

    def hold(self, told: str, **data: Any) -> None:
        with self.database.begin() as session:
            now = self.clock()
            values = NOTICE_DEFAULTS | {"dedupe_key": told, "text": told, "data": data}
            session.add(Notice(**values, available_at=now, created_at=now))


@pytest.fixture
def kept(database: Database, clock: Clock) -> Kept:
    return Kept(database, clock)


def turn(said: str = "一", reply: str = "好", inbox_id: int | None = None, **changes: Any) -> Turn:
    now = datetime(2026, 11, 20, 4, tzinfo=UTC).timestamp()
    buttons = changes.pop("buttons", [])
    user = UserTurn(said, "inform", 0.8, [{"name": "inform", "confidence": 0.8}], [], {"inbox_id": inbox_id}, now)
    values: dict[str, Any] = {
        "events": [{"event": "user", "text": said}],
        "snapshot": False,
        "user": user,
        "replies": [BotReply(reply, buttons, {}, now)] if reply else [],
        "open_question": "budget",
        "slots": {"problem": "焊缝裂", "contact_name": "王小明"},
        "latency_ms": 12,
    }
    return Turn(**(values | changes))


def test_a_turn_is_one_insert_with_masked_texts(kept: Kept) -> None:
    kept.log.record(SENDER, turn("我是王小明，13800000000", "王小明您好", snapshot=True))
    assert kept.rows("SELECT author, text FROM message ORDER BY id") == [
        ("user", "我是王**，138****0000"),
        ("bot", "王**您好"),
    ]
    everything = str(kept.rows("SELECT * FROM message"))
    assert "13800000000" not in everything
    assert "王小明" not in everything
    assert kept.log.load(SENDER) == [{"event": "user", "text": "我是王小明，13800000000"}]


def test_the_conversation_knows_where_it_stands(kept: Kept) -> None:
    kept.log.record(SENDER, turn(snapshot=True, buttons=[{"title": "是", "payload": "/affirm"}]))
    assert kept.rows("SELECT open_question, turns, fallbacks, min_confidence FROM conversation") == [
        ("budget", 1, 0, 0.8)
    ]
    standing = kept.inbox.standing(SENDER)
    assert standing == Standing("budget", [{"title": "是", "payload": "/affirm"}])
    kept.clock.advance(hours=49)
    assert kept.inbox.standing(SENDER).choices == []


def test_events_are_loaded_from_the_last_snapshot_on(kept: Kept) -> None:
    for said, snapshot in (("一", True), ("二", False), ("三", True), ("四", False)):
        kept.log.record(SENDER, turn(said, snapshot=snapshot))
    events = kept.log.load(SENDER)
    assert events is not None
    assert [event["text"] for event in events] == ["三", "四"]
    assert kept.log.load("nobody") is None
    assert kept.log.revision("nobody") is None


def test_the_revision_is_that_of_the_last_turn(kept: Kept) -> None:
    first = kept.log.record(SENDER, turn(snapshot=True))
    assert kept.log.revision(SENDER) == first
    second = kept.log.record(SENDER, turn())
    assert second != first
    assert kept.log.revision(SENDER) == second


def test_a_push_is_recorded_once(kept: Kept) -> None:
    number = kept.listened()
    kept.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    with pytest.raises(AlreadyRecorded):
        kept.log.record(SENDER, turn(inbox_id=number))
    assert kept.rows("SELECT state, turns FROM inbox, conversation") == [("done", 1)]
    assert kept.rows("SELECT count(*) FROM message") == [(2,)]


def test_a_push_that_another_process_took_over_is_dropped(kept: Kept, database: Database, clock: Clock) -> None:
    number = kept.listened()
    clock.advance(seconds=31)
    other = Kept(database, clock)
    [taken] = other.inbox.take_unfinished()
    assert (taken.id, taken.attempts) == (number, 2)
    with pytest.raises(AlreadyRecorded):
        kept.log.record(SENDER, turn(inbox_id=number))
    other.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    assert kept.rows("SELECT state FROM inbox") == [("pushed",)]


def test_a_reply_that_nobody_waits_for_any_more_is_a_notice_of_the_same_commit(kept: Kept) -> None:
    number = kept.receive()
    delivery = Delivery()
    delivery.listen()
    kept.deliveries.open(number, delivery)
    assert delivery.give_up()
    kept.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    assert [(notice.dedupe_key, notice.text) for notice in kept.notices()] == [(f"reply:{number}", "好")]
    assert kept.rows("SELECT state FROM inbox") == [("pushed",)]


def test_a_reply_that_is_being_committed_cannot_be_given_up(kept: Kept) -> None:
    delivery = Delivery()
    delivery.listen()
    delivery.settle()
    assert not delivery.give_up()
    delivery.unsettle()
    assert delivery.give_up()


def test_what_could_not_be_pushed_is_told_first(kept: Kept) -> None:
    kept.hold("已签收")
    kept.hold("已联系，一半", rest="一半")
    number = kept.listened()
    kept.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    outcome = kept.deliveries.of(number).outcome
    assert outcome is not None
    assert outcome.reply == "已签收\n\n一半\n\n好"[:10]
    assert [notice.state for notice in kept.notices()] == ["delivered", "delivered"]
    assert [row[0] for row in kept.rows("SELECT author FROM message ORDER BY id")] == [
        "user",
        "notice",
        "notice",
        "bot",
    ]


def test_a_notice_with_choices_waits_while_the_turn_offers_its_own(kept: Kept) -> None:
    choices = [{"title": "同意", "payload": "/share_consent"}]
    kept.hold("转给新的站？", choices=choices)
    kept.log.record(SENDER, turn(snapshot=True, buttons=[{"title": "是", "payload": "/affirm"}]))
    assert kept.notices()[0].state == "held"
    kept.log.record(SENDER, turn())
    assert kept.notices()[0].state == "delivered"
    assert kept.inbox.standing(SENDER).choices == choices


def test_the_rest_of_a_long_reply_follows(kept: Kept) -> None:
    number = kept.listened()
    kept.log.record(SENDER, turn(reply="一二三四五六七八九十壹贰", inbox_id=number, snapshot=True))
    assert [notice.text for notice in kept.notices()] == ["壹贰"]


def test_a_failed_commit_keeps_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.repositories import conversations as stored

    number = kept.listened()

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(stored, "change", breaks)
    with pytest.raises(RuntimeError):
        kept.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    assert kept.rows("SELECT state FROM inbox") == [("received",)]
    assert kept.rows("SELECT count(*) FROM message") == [(0,)]
    assert kept.deliveries.of(number).give_up()


def test_forgetting_leaves_nothing_but_the_push_in_work(kept: Kept) -> None:
    kept.log.record(SENDER, turn(inbox_id=kept.listened(), snapshot=True))
    kept.hold("已签收")
    number = kept.listened("k2")
    kept.log.forget(SENDER)
    assert kept.rows("SELECT count(*) FROM message") == [(0,)]
    assert kept.notices() == []
    assert kept.log.record(SENDER, turn(inbox_id=number)) == DROPPED
    assert kept.rows("SELECT unique_key, state FROM inbox") == [("k2", "done")]


def test_a_person_is_shown_to_staff(kept: Kept) -> None:
    kept.log.request_handoff(SENDER, "asked")
    assert kept.rows("SELECT handoff FROM conversation") == [("requested",)]


def test_a_template_that_did_not_arrive_is_told_at_the_next_message(kept: Kept) -> None:
    kept.hold("已签收", template_msgid="77")
    with kept.database.begin() as session:
        session.query(Notice).update({"state": "delivered"})
    assert kept.log.template_finished(SENDER, "77", "failed:user block")
    assert not kept.log.template_finished(SENDER, "78", "success")
    assert kept.notices()[0].state == "held"


def test_a_delivered_notice_stands_in_the_transcript_with_its_choices(kept: Kept) -> None:
    choices = [{"title": "同意", "payload": "/share_consent"}]
    with kept.database.begin() as session:
        kept.log.note_delivered_in(session, SENDER, "请拨 13800000000", choices)
    assert kept.rows("SELECT author, text FROM message") == [("notice", "请拨 138****0000")]
    assert kept.inbox.standing(SENDER).chosen("1") == choices[0]


def test_the_same_request_after_its_answer_is_refused(kept: Kept) -> None:
    number = kept.receive(digest="d1")
    assert kept.inbox.receive(_arrival("d1")).status is Status.MINE
    kept.log.record(SENDER, turn(inbox_id=number, snapshot=True))
    assert kept.inbox.receive(_arrival("d1")).status is Status.FINISHED
    kept.inbox.mark_answered([number])
    with pytest.raises(ReplayedRequest):
        kept.inbox.receive(_arrival("d1"))
    assert kept.inbox.receive(_arrival("d2")).reply == "好"


def test_old_signatures_are_forgotten(kept: Kept) -> None:
    kept.receive(digest="d1")
    kept.clock.advance(minutes=11)
    kept.inbox.purge()
    assert kept.rows("SELECT count(*) FROM replay_guard") == [(0,)]


def _arrival(digest: str) -> Arrival:
    return Arrival("k1", SENDER, "text", {"text": "一"}, digest)
