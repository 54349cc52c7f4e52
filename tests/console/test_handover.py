"""Staff take a conversation over in the console, answer in it, and hand it back."""

import pytest

from bot.core.roles import Role
from models import Database, Message, Notice
from tests.console import factories
from tests.console.conftest import Browser


@pytest.fixture
def talk(db: Database) -> int:
    with db.begin() as session:
        return factories.conversation(session, handoff="requested", handoff_at=factories.NOW).id


def test_a_request_is_taken_answered_and_handed_back(browser: Browser, db: Database, talk: int) -> None:
    staff = browser(Role.CITY)
    page = staff.get(f"/conversations/{talk}").text
    assert "请求人工" in page
    assert "回复用户" not in page

    page = staff.post(f"/conversations/{talk}/take").text
    assert "助手不说话" in page
    assert "回复用户" in page
    page = staff.post(f"/conversations/{talk}/reply", data={"text": "您好，型号是多少？"}).text
    assert "您好，型号是多少？" in page
    assert "待发送" in page
    with db.begin() as session:
        for notice in session.query(Notice):
            notice.state = "delivered"
    assert "已送达" in staff.get(f"/conversations/{talk}/messages").text

    page = staff.post(f"/conversations/{talk}/hand-back").text
    assert "助手在接待" in page
    with db.read() as session:
        assert [one.author for one in session.query(Message).order_by(Message.id)][-3:] == ["notice", "staff", "notice"]


def test_the_second_to_come_reads_who_was_first_and_keeps_what_was_written(browser: Browser, talk: int) -> None:
    browser(Role.CITY).post(f"/conversations/{talk}/take")
    second = browser(Role.ADMIN)
    answer = second.post(f"/conversations/{talk}/take")
    assert answer.status_code == 409
    assert "正在跟这位用户对话" in answer.text
    assert second.post(f"/conversations/{talk}/reply", data={"text": "您好"}).status_code == 409


def test_an_endless_answer_is_refused_and_stays_in_the_box(browser: Browser, talk: int) -> None:
    staff = browser(Role.CITY)
    staff.post(f"/conversations/{talk}/take")
    answer = staff.post(f"/conversations/{talk}/reply", data={"text": "长" * 700})
    assert answer.status_code == 409
    assert "长" * 700 in answer.text


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.LIAISON, "A1"), (Role.SOCIETY, "示例学会"), (Role.DISTRICT, "郫都区"), (Role.AUDITOR, None)],
)
def test_others_may_neither_read_nor_answer(browser: Browser, talk: int, role: Role, scope: str | None) -> None:
    stranger = browser(role, scope)
    assert stranger.get(f"/conversations/{talk}/messages").status_code == 403
    assert stranger.post(f"/conversations/{talk}/take").status_code == 403
    assert stranger.post(f"/conversations/{talk}/reply", data={"text": "您好"}).status_code == 403


def test_a_conversation_that_is_gone_is_not_found(browser: Browser) -> None:
    staff = browser(Role.CITY)
    assert staff.get("/conversations/999/messages").status_code == 404
    assert staff.post("/conversations/999/take").status_code == 404
