"""A liaison and a demand in Telegram, from the notice to the end."""

import asyncio

import pytest

from bot.core.case import State
from tests.connectors.telegram.conftest import BACKUP, OTHER, PRIMARY, Office
from tests.fakes.town import NUMBER, STAFF

GROUP = -100500


async def test_a_new_demand_reaches_the_liaison_with_buttons_and_without_the_contact(office: Office) -> None:
    message = await office.demand_sent()
    assert list(message.buttons) == ["签收", "退回", "转派"]
    assert "CD-20261120-0001" in message.text
    assert "https://zhuli.example.org/l/" in message.text
    assert "13800000000" not in message.text
    assert "张三丰" not in message.text
    assert '"is_disabled": true' in message.sent["link_preview_options"]
    assert [notice.state for notice in office.town.notices("telegram")] == ["delivered"]


async def test_taking_is_told_to_the_enterprise_and_shown_in_the_message(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        assert await office.press(message, "签收") == "已签收"
    assert "已签收（a主）" in message.text
    assert list(message.buttons) == ["已联系", "退回", "转派", "办结"]
    assert office.town.demand().state == State.TAKEN
    [told] = office.town.notices("wechat", "taken")
    assert "已签收" in told.text


async def test_returning_with_a_reason_brings_the_demand_to_the_next_station(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "退回")
        assert list(message.buttons)[:2] == ["不属于本站领域", "力量不足"]
        assert await office.press(message, "力量不足") == "已退回"
    assert message.buttons == {}
    await office.deliver()
    assert "【新需求】CD-20261120-0001" in office.fake.last(OTHER).text
    [told] = office.town.notices("wechat", "returned")
    assert "力量不足" in told.text
    assert "示例b站" in told.text


async def test_a_typed_reason_is_understood_after_a_restart(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "退回")
        await office.fake.press(message.message_id, "其他", PRIMARY)
        await office.fake.until(lambda: office.fake.last(PRIMARY).asks_for_reply)
    question = office.fake.last(PRIMARY)
    async with office.running():
        await office.fake.say(PRIMARY, "设备在检修，今年排不开", reply_to=question.message_id)
        await office.fake.until(lambda: "已退回" in office.fake.last(PRIMARY).text)
    returned = next(event for event in office.town.events() if event.kind == "returned")
    assert returned.reason == "设备在检修，今年排不开"


async def test_a_question_is_only_answered_by_the_one_who_was_asked(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "退回")
        await office.fake.press(message.message_id, "其他", PRIMARY)
        await office.fake.until(lambda: office.fake.last(PRIMARY).asks_for_reply)
        question, sent = office.fake.last(PRIMARY), len(office.fake.messages)
        await office.fake.say(999, "我替他退", reply_to=question.message_id)
        await office.fake.until(lambda: len(office.fake.messages) > sent)
    assert "按钮" in office.fake.last(999).text
    assert office.town.demand().returns == 0


async def test_a_reason_that_comes_too_late_is_told_who_was_first(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "退回")
        await office.fake.press(message.message_id, "其他", PRIMARY)
        await office.fake.until(lambda: office.fake.last(PRIMARY).asks_for_reply)
        question = office.fake.last(PRIMARY)
        town = office.town
        await asyncio.to_thread(town.cases.assign_by_staff, NUMBER, "c", STAFF, "就近", town.demand().version)
        await office.fake.say(PRIMARY, "设备在检修", reply_to=question.message_id)
        await office.fake.until(lambda: office.fake.last(PRIMARY) is not question)
    assert office.fake.last(PRIMARY).text.startswith("已由李干事处理")
    assert office.town.demand().returns == 0


async def test_a_picture_instead_of_a_reason_is_asked_again(office: Office) -> None:
    async with office.running():
        await office.fake.say(PRIMARY, "")
        await office.fake.until(lambda: office.fake.messages)
    assert "按钮" in office.fake.last(PRIMARY).text


async def test_referring_to_a_colleague_brings_them_the_buttons(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "转派")
        assert list(message.buttons) == ["a备", "示例b站", "示例c站", "返回"]
        assert await office.press(message, "a备") == "已转派"
        await office.deliver()
        assert await office.press(office.fake.last(BACKUP), "签收", BACKUP) == "已签收"
    assert message.buttons == {}


async def test_contact_and_closing_go_through_to_the_score(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "签收")
        assert await office.press(message, "已联系") == "已记录联系"
        await office.press(message, "办结")
        await office.fake.press(message.message_id, "已达成", PRIMARY)
        await office.fake.until(lambda: office.fake.last(PRIMARY).asks_for_reply)
        question = office.fake.last(PRIMARY)
        await office.fake.say(PRIMARY, "签了技术服务协议", reply_to=question.message_id)
        await office.fake.until(lambda: "已办结" in office.fake.last(PRIMARY).text)
    assert office.town.demand().state == State.CLOSED
    [told] = office.town.notices("wechat", "closed")
    assert "签了技术服务协议" in told.text


async def test_of_two_people_who_press_at_once_one_wins_and_the_other_is_told_who(office: Office) -> None:
    first = await office.demand_sent()
    office.town.away("a")
    office.town.clock.advance(days=4)
    await asyncio.to_thread(office.town.cases.tick, office.town.clock())
    await office.deliver()
    second = office.fake.last(BACKUP)
    async with office.running():
        pressed = [
            await office.fake.press(first.message_id, "签收", PRIMARY),
            await office.fake.press(second.message_id, "签收", BACKUP),
        ]
        answers = [await office.fake.answer_to(one) for one in pressed]
        await office.fake.until(lambda: first.edits == 1 and second.edits == 1)
    assert sorted(answer.alert for answer in answers) == [False, True]
    winner = "a备" if answers[0].alert else "a主"
    assert next(answer.text for answer in answers if answer.alert) == f"已由{winner}处理，现在是“已签收”。"
    assert [event.actor_name for event in office.town.events() if event.kind == "taken"] == [winner]
    assert f"已签收（{winner}）" in first.text
    assert f"已签收（{winner}）" in second.text


async def test_a_stranger_in_the_chat_is_refused(office: Office) -> None:
    message = await office.demand_sent()
    before = message.text
    async with office.running():
        answer = await office.fake.answer_to(await office.fake.press(message.message_id, "签收", 999))
    assert answer.alert
    assert "不是派给您的" in answer.text
    assert (message.text, message.edits) == (before, 0)
    assert office.town.demand().state == State.AWAITING_PICKUP


async def test_a_press_after_a_restart_works(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.fake.until(lambda: office.fake.count("getUpdates"))
    async with office.running():
        assert await office.press(message, "签收") == "已签收"


async def test_a_press_while_the_worker_is_down_is_worked_on_later(office: Office) -> None:
    message = await office.demand_sent()
    callback = await office.fake.press(message.message_id, "签收", PRIMARY)
    async with office.running():
        assert (await office.fake.answer_to(callback)).text == "已签收"
    assert office.town.demand().state == State.TAKEN


async def test_an_update_that_comes_twice_changes_nothing_more(office: Office) -> None:
    message = await office.demand_sent()
    async with office.running():
        await office.press(message, "签收")
        calls = office.fake.count("answerCallbackQuery")
        await office.fake.duplicate()
        await office.fake.until(lambda: office.fake.count("answerCallbackQuery") > calls)
        await office.fake.until(lambda: message.edits == 2)
    assert office.town.kinds().count("taken") == 1
    assert len(office.town.notices("wechat", "taken")) == 1


async def test_an_old_button_is_answered_and_does_nothing(office: Office) -> None:
    message = await office.demand_sent()
    old = message.buttons["签收"]
    async with office.running():
        await office.press(message, "签收")
        await office.press(message, "已联系")
        await office.fake.answer_to(await office.fake.press_data(message.message_id, old, PRIMARY))
        assert list(message.buttons) == ["办结", "退回", "转派"]
    assert office.town.demand().state == State.CONTACTED


async def test_a_message_that_is_too_old_to_edit_is_sent_anew(office: Office) -> None:
    message = await office.demand_sent()
    office.fake.fixed.add(message.message_id)
    async with office.running():
        await office.fake.press(message.message_id, "签收", PRIMARY, too_old=True)
        await office.fake.until(lambda: office.fake.last(PRIMARY) is not message)
    assert message.edits == 0
    assert "已签收（a主）" in office.fake.last(PRIMARY).text


@pytest.mark.parametrize("data", ["no-such-token", "x" * 64, "/take CD-20261120-0001"])
async def test_data_that_is_no_token_of_ours_is_answered(office: Office, data: str) -> None:
    message = await office.demand_sent()
    async with office.running():
        answer = await office.fake.answer_to(await office.fake.press_data(message.message_id, data, PRIMARY))
    assert answer.alert
    assert "失效" in answer.text


async def test_start_tells_people_their_number(office: Office) -> None:
    async with office.running():
        await office.fake.say(4711, "/start")
        await office.fake.until(lambda: office.fake.messages)
    assert "4711" in office.fake.last(4711).text


async def test_a_text_out_of_the_blue_gets_a_hint(office: Office) -> None:
    async with office.running():
        await office.fake.say(PRIMARY, "你好")
        await office.fake.until(lambda: office.fake.messages)
    assert "按钮" in office.fake.last(PRIMARY).text


async def test_group_talk_is_left_alone(office: Office) -> None:
    async with office.running():
        await office.fake.say(PRIMARY, "大家好", chat_id=GROUP)
        await office.fake.say(4711, "/start")
        await office.fake.until(lambda: office.fake.messages)
    assert [one.chat_id for one in office.fake.messages.values()] == [4711]


LINE = "可请教：示例专家甲（电化学，示例大学）；可用成果：涂布闭环控制（CG-012）——详见链接"


async def test_the_message_names_experts_and_results_and_keeps_them_when_a_button_changes_it(office: Office) -> None:
    office.lines.append(LINE)
    message = await office.demand_sent()
    *_, line, link = message.text.splitlines()
    assert line == LINE
    assert link.startswith("查看与办理：https://")
    async with office.running():
        await office.press(message, "签收")
    assert message.text.splitlines()[-2] == LINE
    assert "已签收（a主）" in message.text


async def test_a_colleague_gets_them_too_and_a_message_without_any_stays_as_it_was(office: Office) -> None:
    office.lines += ["", LINE]
    message = await office.demand_sent()
    assert message.text.splitlines()[-2] == "请在 11 月 24 日前签收。"
    async with office.running():
        await office.press(message, "转派")
        await office.press(message, "a备")
    await office.deliver()
    assert office.fake.last(BACKUP).text.splitlines()[-2] == LINE
