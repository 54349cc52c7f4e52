"""A person takes a conversation over, answers in it, and hands it back."""

from datetime import timedelta

import pytest

from bot.core.limits import HANDOVER_IDLE
from bot.services.audit import Actor
from bot.services.conversations import ConversationLog
from bot.services.handover import HandoverError, HandoverService, at_work
from bot.services.inbox import Arrival, Inbox
from models import AuditEntry, Conversation, Database, Message, Notice
from tests.conftest import Clock
from tests.fakes.town import SENDER, chengdu

LI = Actor("staff", "李干事", "li")
WANG = Actor("staff", "王干事", "wang")


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, clock)


@pytest.fixture
def service(database: Database, clock: Clock) -> HandoverService:
    return HandoverService(database, clock)


@pytest.fixture
def talk(database: Database, clock: Clock, inbox: Inbox) -> int:
    """A conversation whose person asked for somebody."""
    with database.begin() as session:
        session.add(Conversation(sender_id=SENDER, started_at=clock(), last_at=clock(), open_question="budget"))
    ConversationLog(database, clock, inbox.owner).request_handoff(SENDER, "asked")
    with database.read() as session:
        return session.query(Conversation).one().id


def _notices(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.kind, one.text) for one in session.query(Notice).order_by(Notice.id)]


def _handoff(database: Database) -> str:
    with database.read() as session:
        return session.query(Conversation).one().handoff


def test_a_request_waits_until_somebody_takes_it(
    database: Database, service: HandoverService, inbox: Inbox, talk: int
) -> None:
    assert service.waiting() == 1
    assert not inbox.standing(SENDER).with_staff
    service.take(LI, talk)
    assert service.waiting() == 0
    assert inbox.standing(SENDER).with_staff
    assert _notices(database) == [("staff_taken", "您好，我是市科协工作人员李干事，接下来由我跟您说，助手先不插话。")]


def test_the_first_to_take_it_has_it_and_the_second_is_told_who(service: HandoverService, talk: int) -> None:
    service.take(LI, talk)
    service.take(LI, talk)
    with pytest.raises(HandoverError, match="李干事"):
        service.take(WANG, talk)
    with pytest.raises(HandoverError, match="接手"):
        service.reply(WANG, talk, "您好")


def test_an_answer_goes_out_once_under_the_name_and_stands_masked_in_the_transcript(
    database: Database, service: HandoverService, talk: int
) -> None:
    service.take(LI, talk)
    service.reply(LI, talk, "请打 13800000000 找我")
    assert _notices(database)[-1] == ("staff_reply", "【李干事】请打 13800000000 找我")
    with database.read() as session:
        row = session.query(Message).order_by(Message.id.desc()).first()
        assert row is not None
        assert (row.author, row.author_name, row.text) == ("staff", "李干事", "请打 138****0000 找我")
        assert session.query(AuditEntry).filter_by(action="handover_reply").count() == 1


@pytest.mark.parametrize("text", ["", "  \n", "长" * 601])
def test_an_empty_or_endless_answer_is_refused(service: HandoverService, talk: int, text: str) -> None:
    service.take(LI, talk)
    with pytest.raises(HandoverError, match="600"):
        service.reply(LI, talk, text)


def test_handed_back_the_bot_speaks_again_where_it_stopped(
    database: Database, service: HandoverService, inbox: Inbox, talk: int
) -> None:
    service.take(LI, talk)
    with pytest.raises(HandoverError, match="李干事"):
        service.hand_back(WANG, talk)
    service.hand_back(LI, talk)
    standing = inbox.standing(SENDER)
    assert not standing.with_staff
    assert standing.open_question == "budget"
    assert _notices(database)[-1][0] == "staff_handed_back"


def test_a_request_can_be_settled_without_taking_it(database: Database, service: HandoverService, talk: int) -> None:
    service.hand_back(LI, talk)
    assert (_handoff(database), _notices(database)) == ("none", [])


def test_left_alone_the_bot_comes_back_and_says_so(
    database: Database, service: HandoverService, inbox: Inbox, clock: Clock, talk: int
) -> None:
    service.take(LI, talk)
    clock.now += HANDOVER_IDLE - timedelta(minutes=1)
    service.reply(LI, talk, "稍等")
    clock.now += HANDOVER_IDLE - timedelta(minutes=1)
    assert service.hand_back_idle() == 0
    clock.now += timedelta(minutes=2)
    assert not inbox.standing(SENDER).with_staff
    assert service.hand_back_idle() == 1
    assert service.hand_back_idle() == 0
    assert _notices(database)[-1][0] == "staff_idle"
    service.take(WANG, talk)
    assert inbox.standing(SENDER).with_staff


def test_what_could_not_be_pushed_goes_out_when_the_person_writes(
    database: Database, service: HandoverService, clock: Clock, inbox: Inbox, talk: int
) -> None:
    service.take(LI, talk)
    service.reply(LI, talk, "请说说型号")
    with database.begin() as session:
        for notice in session.query(Notice):
            notice.state = "held"
    arrival = inbox.receive(Arrival("key-1", SENDER, "text", {"text": "在的"}))
    ConversationLog(database, clock, inbox.owner).keep(SENDER, arrival.id, "在的", "budget")
    with database.read() as session:
        assert {one.state for one in session.query(Notice)} == {"pending"}


def test_the_hours_are_those_of_working_days() -> None:
    assert at_work(chengdu(23, 9))
    assert not at_work(chengdu(23, 8))
    assert not at_work(chengdu(23, 17))
    assert not at_work(chengdu(22, 10))
