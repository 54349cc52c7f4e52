"""A person takes over, with real processes: staff answer from the console, the bot is silent, and comes back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.e2e.house import SECONDS, House, wait_for
from tests.e2e.tencent import Tencent

pytestmark = pytest.mark.process
PASSWORD = "sample-Pass-2026"


@contextmanager
def _staff(house: House) -> Iterator[httpx.Client]:
    """A signed-in clerk of the city's association."""
    added = house.run("users", "add", "clerk", "--name", "李干事", "--role", "city")
    assert added.returncode == 0, added.stderr
    first = added.stdout.strip().split()[-1]
    with httpx.Client(
        base_url=house.console,
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=True,
        timeout=SECONDS,
        trust_env=False,
    ) as client:
        client.post("/login", data={"username": "clerk", "password": first})
        changed = {"current": first, "new": PASSWORD, "again": PASSWORD}
        assert client.post("/password", data=changed).status_code == 200
        yield client


def test_staff_answer_in_wechat_while_the_bot_is_silent(house: House, wechat: Tencent) -> None:
    for part in ("bot", "console", "worker"):
        house.start(part)
    person = house.person()
    wechat.welcome(person.openid)
    wechat.answer(person, "焊缝老是裂，想找人看看")
    assert "希望做到多少" in wechat.answer(person, "1")
    assert "工作人员" in wechat.answer(person, "找个真人来")

    with _staff(house) as staff:
        link = re.search(r"/conversations/\d+", staff.get("/conversations?handoff=1").text)
        assert link
        assert "助手不说话" in staff.post(f"{link[0]}/take").text
        staff.post(f"{link[0]}/reply", data={"text": "您好，焊的是什么材料？"})
        wechat.wait_for(person.openid, lambda text: text == "【李干事】您好，焊的是什么材料？")

        wechat.welcome(person.openid)
        assert person.say("Q345，20毫米厚") == ""
        wait_for(lambda: "Q345" in staff.get(f"{link[0]}/messages").text, why="for what the person said")

        staff.post(f"{link[0]}/hand-back")
        wechat.wait_for(person.openid, lambda text: "助手" in text and "继续" in text)
        assert "预算" in wechat.answer(person, "现在一百条裂三五条，想一条都不裂")
