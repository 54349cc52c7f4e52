"""Notices on their way to WeChat users."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.choices import Layout
from connectors.demo.faults import Fault, FaultKind
from connectors.ports import Dead, Delivered, Held, Outgoing, Retry
from connectors.wechat.api import WeChatApi
from connectors.wechat.sender import WeChatSender
from tests.conftest import Clock
from tests.fakes.wechat import ACCOUNT, OPENID, RunningFake

LONG = "".join(f"第{number:04}句话说的是涂布厚度。" for number in range(100))


def notice(text: str = "您的需求已签收", recipient: str | None = None, **data: Any) -> Outgoing:
    to = f"{ACCOUNT.app_id}:{OPENID}" if recipient is None else recipient
    return Outgoing(7, "taken", to, text, data, "taken:CD-20261122-0001")


async def test_a_notice_reaches_the_user(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    assert await WeChatSender(api).deliver(notice()) == Delivered()
    assert fake.texts() == ["您的需求已签收"]


async def test_a_long_notice_is_told_in_parts(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    assert await WeChatSender(api).deliver(notice(LONG)) == Delivered()
    assert "".join(fake.texts()) == LONG
    assert len(fake.texts()) == 2
    assert all(len(text.encode()) <= 2000 for text in fake.texts())


async def test_parts_already_told_are_not_told_again(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    fake.wechat.faults.add(Fault(FaultKind.LATENCY, "custom/send"))
    fake.wechat.faults.add(Fault(FaultKind.HTML_502, "custom/send"))
    outcome = await WeChatSender(api).deliver(notice(LONG))
    assert isinstance(outcome, Retry)
    assert outcome.code == "http_502"
    assert len(fake.texts()) == 1
    assert await WeChatSender(api).deliver(notice(LONG, **outcome.remember)) == Delivered()
    assert "".join(fake.texts()) == LONG


async def test_a_closed_window_holds_the_notice(api: WeChatApi, fake: RunningFake) -> None:
    assert await WeChatSender(api).deliver(notice()) == Held("45015")


async def test_a_used_up_quota_holds_what_is_untold(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    for _ in range(4):
        await api.send_text(OPENID, "进展")
    outcome = await WeChatSender(api).deliver(notice(LONG))
    assert isinstance(outcome, Held)
    assert outcome.code == "45047"
    assert fake.texts()[-1] + outcome.remember["rest"] == LONG


async def test_a_template_replaces_what_the_window_does_not_let_through(
    api: WeChatApi, fake: RunningFake, clock: Clock
) -> None:
    sender = WeChatSender(api, {"taken": "tmpl-taken"})
    fields = {"thing1": "锂电池极片涂布厚度一致性提升与在线检测的研究", "phrase2": "已签收\n第二行"}
    outcome = await sender.deliver(notice(template=fields))
    assert isinstance(outcome, Delivered)
    assert outcome.remember["template_msgid"]
    assert [sent.data["fields"] for sent in fake.sent] == [
        {"需求": "锂电池极片涂布厚度一致性提升与在线检测…", "状态": "已签收"}
    ]
    await sender.deliver(notice(template=fields))
    assert len(fake.sent) == 1


async def test_a_template_that_is_refused_leaves_the_notice_held(api: WeChatApi, fake: RunningFake) -> None:
    sender = WeChatSender(api, {"taken": "tmpl-unknown"})
    assert await sender.deliver(notice(template={"thing1": "a"})) == Held("45015")


@pytest.mark.parametrize(("errcode", "after"), [(-1, None), (45011, timedelta(minutes=1)), (45009, timedelta(hours=1))])
async def test_a_busy_wechat_is_tried_later(
    api: WeChatApi, fake: RunningFake, errcode: int, after: timedelta | None
) -> None:
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "custom/send", errcode=errcode))
    assert await WeChatSender(api).deliver(notice()) == Retry(str(errcode), after)


async def test_choices_of_a_notice_are_written_under_it(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.windows.opened_by_message(OPENID)
    sender = WeChatSender(api, numbered=Layout("（回复数字选择）").numbered)
    choices = [{"title": "同意", "payload": "/a"}, {"title": "不同意", "payload": "/b"}]
    assert await sender.deliver(notice("要把您的联系方式转给【示例站】吗？", choices=choices)) == Delivered()
    assert fake.texts() == ["要把您的联系方式转给【示例站】吗？\n1. 同意\n2. 不同意\n（回复数字选择）"]


async def test_a_notice_to_somebody_gone_is_dead(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.unfollow(OPENID)
    assert await WeChatSender(api).deliver(notice()) == Dead("43004")


@pytest.mark.parametrize("recipient", ["", OPENID, f"wxanother:{OPENID}", f"{ACCOUNT.app_id}:"])
async def test_a_recipient_of_another_account_is_never_called(
    api: WeChatApi, fake: RunningFake, recipient: str
) -> None:
    assert await WeChatSender(api).deliver(notice(recipient=recipient)) == Dead("wrong_account")
    assert not fake.wechat.journal


async def test_a_notice_without_text_is_dead(api: WeChatApi, fake: RunningFake) -> None:
    assert await WeChatSender(api).deliver(notice("\x00 \n")) == Dead("empty")


async def test_a_token_refused_twice_is_tried_later(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "custom/send", errcode=40001, times=2))
    assert await WeChatSender(api).deliver(notice()) == Retry("40001")
