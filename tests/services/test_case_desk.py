"""What liaisons' buttons do, press by press, on both databases."""

import pytest

from bot.core.case import RETURN_REASONS, State
from bot.services.case_desk import CaseDesk, Shown
from models import Database
from tests.conftest import Clock
from tests.fakes.town import NUMBER, STAFF, Town

PRIMARY, BACKUP, STRANGER = 10, 11, 20
PLACE = "tg:10:77"


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    found = Town(database, clock)
    for station in "abc":
        found.open_station(station)
    found.submit(share_with="a")
    return found


@pytest.fixture
def desk(town: Town) -> CaseDesk:
    return CaseDesk(town.db, town.clock, town.cases)


def button(shown: Shown, title: str) -> str:
    return next(one["token"] for one in shown.buttons if one["title"] == title)


def titles(shown: Shown) -> list[str]:
    return [one["title"] for one in shown.buttons]


def test_taking_shows_the_new_state_and_what_can_be_done_next(town: Town, desk: CaseDesk) -> None:
    shown = desk.press(town.token("a", "签收"), PRIMARY)
    assert (shown.notice, shown.alert) == ("已签收", False)
    assert shown.text is not None
    assert "已签收（a主）" in shown.text
    assert titles(shown) == ["已联系", "退回", "转派", "办结"]
    assert town.demand().state == State.TAKEN


def test_tokens_fit_into_a_button(town: Town) -> None:
    assert all(len(one["token"].encode()) <= 64 for notice in town.notices() for one in notice.data["buttons"])


def test_a_duplicated_press_is_quiet_and_does_it_once(town: Town, desk: CaseDesk) -> None:
    token = town.token("a", "签收")
    desk.press(token, PRIMARY)
    again = desk.press(token, PRIMARY)
    assert (again.alert, titles(again)) == (False, ["已联系", "退回", "转派", "办结"])
    assert town.kinds().count("taken") == 1


@pytest.mark.parametrize("who", [STRANGER, BACKUP, 999])
def test_a_press_by_another_person_is_refused(town: Town, desk: CaseDesk, who: int) -> None:
    shown = desk.press(town.token("a", "签收"), who)
    assert shown.alert
    assert (shown.text, shown.buttons) == (None, [])
    assert town.demand().state == State.AWAITING_PICKUP


@pytest.mark.parametrize("token", ["", "nonsense", PLACE, "x" * 64])
def test_an_unknown_button_says_so(desk: CaseDesk, token: str) -> None:
    shown = desk.press(token, PRIMARY)
    assert shown.alert
    assert "失效" in shown.notice


def test_returning_asks_for_the_reason_and_goes_on_to_the_next_station(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "退回"), PRIMARY)
    assert titles(menu) == [*RETURN_REASONS.values(), "返回"]
    assert town.demand().state == State.AWAITING_PICKUP
    shown = desk.press(button(menu, "力量不足"), PRIMARY)
    assert shown.notice == "已退回"
    assert shown.buttons == []
    station = town.demand().station
    assert station is not None
    assert station.station_id == "b"


def test_back_leads_back_to_the_demand(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "退回"), PRIMARY)
    assert titles(desk.press(button(menu, "返回"), PRIMARY)) == ["签收", "退回", "转派"]


def test_another_reason_is_typed_as_a_reply_even_after_a_restart(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "退回"), PRIMARY)
    shown = desk.press(button(menu, "其他"), PRIMARY)
    assert shown.question is not None
    desk.asked(shown.question.token, PLACE)
    desk.asked(shown.question.token, PLACE)
    later = CaseDesk(town.db, town.clock, town.cases)
    assert later.typed(PRIMARY, "设备在检修", PLACE).notice == "已退回"
    assert next(event.reason for event in town.events() if event.kind == "returned") == "设备在检修"
    assert later.typed(PRIMARY, "设备在检修", PLACE).alert is False
    assert town.kinds().count("returned") == 1


def test_a_typed_reason_without_a_reply_mark_answers_the_last_question(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "退回"), PRIMARY)
    desk.press(button(menu, "其他"), PRIMARY)
    assert desk.typed(PRIMARY, "设备在检修", "tg:10:1").notice == "已退回"


def test_a_text_out_of_the_blue_changes_nothing(town: Town, desk: CaseDesk) -> None:
    shown = desk.typed(PRIMARY, "你好", None)
    assert shown.text is not None
    assert "按钮" in shown.text
    menu = desk.press(town.token("a", "退回"), PRIMARY)
    question = desk.press(button(menu, "其他"), PRIMARY).question
    assert question is not None
    desk.asked(question.token, PLACE)
    desk.typed(STRANGER, "我来退", PLACE)
    town.clock.advance(days=2)
    desk.typed(PRIMARY, "过了两天", None)
    assert town.demand().returns == 0


def test_referring_offers_colleagues_and_other_stations(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "转派"), PRIMARY)
    assert titles(menu) == ["a备", "示例b站", "示例c站", "返回"]
    shown = desk.press(button(menu, "示例c站"), PRIMARY)
    assert shown.notice == "已转派"
    station = town.demand().station
    assert station is not None
    assert station.station_id == "c"


def test_a_colleague_gets_the_buttons(town: Town, desk: CaseDesk) -> None:
    menu = desk.press(town.token("a", "转派"), PRIMARY)
    assert desk.press(button(menu, "a备"), PRIMARY).buttons == []
    taken = desk.press(town.token("a", "签收", role="backup"), BACKUP)
    assert taken.notice == "已签收"


def test_closing_asks_for_the_result_in_words(town: Town, desk: CaseDesk) -> None:
    taken = desk.press(town.token("a", "签收"), PRIMARY)
    contacted = desk.press(button(taken, "已联系"), PRIMARY)
    menu = desk.press(button(contacted, "办结"), PRIMARY)
    assert titles(menu) == ["已达成", "长期攻关", "未能解决", "返回"]
    question = desk.press(button(menu, "已达成"), PRIMARY).question
    assert question is not None
    assert town.demand().state == State.CONTACTED
    desk.asked(question.token, PLACE)
    assert desk.typed(PRIMARY, "签了技术服务协议", PLACE).notice == "已办结"
    assert town.demand().outcome == "已达成：签了技术服务协议"


def test_a_button_of_an_older_version_tells_who_was_first_and_shows_how_it_stands(town: Town, desk: CaseDesk) -> None:
    token = town.token("a", "退回")
    town.cases.take(NUMBER, STAFF, town.demand().version)
    shown = desk.press(token, PRIMARY)
    assert shown.alert
    assert "李干事" in shown.notice
    assert titles(shown) == ["已联系", "退回", "转派", "办结"]


def test_a_button_for_what_went_elsewhere_leaves_no_buttons(town: Town, desk: CaseDesk) -> None:
    token = town.token("a", "签收")
    town.cases.assign_by_staff(NUMBER, "c", STAFF, "就近", town.demand().version)
    shown = desk.press(token, PRIMARY)
    assert shown.alert
    assert shown.buttons == []


def test_buttons_end_after_their_life(town: Town, desk: CaseDesk) -> None:
    token = town.token("a", "签收")
    town.clock.advance(days=61)
    assert "失效" in desk.press(token, PRIMARY).notice
