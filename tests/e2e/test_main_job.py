"""The main job with real processes: a sentence in WeChat becomes a demand that a liaison takes up."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.house import SECONDS, House, open_house, wait_for
from tests.e2e.safe_mode import Person
from tests.e2e.tencent import Tencent

pytestmark = pytest.mark.process
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
FIRST = "我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看"
LINES = (
    FIRST,
    "1",
    "现在正负5个微米 想做到2以内",
    "三五十个吧 今年底要用",
    "成都示例新能源科技有限公司",
    "姓王 13800000000",
)


def _tell(wechat: Tencent, person: Person) -> list[str]:
    """The conversation up to the summary; what the bot answered."""
    said = []
    for line in LINES:
        wechat.welcome(person.openid)
        said.append(wechat.answer(person, line))
    return said


def _robot_messages(house: House) -> list[str]:
    entries = httpx.get(
        f"{house.console}/demo/api/robots/events", params={"wait": 0}, timeout=SECONDS, trust_env=False
    ).json()
    return re.findall(r"【新需求】.*?/l/[\w-]+", str(entries), re.DOTALL)


def _page(url: str) -> str:
    answer = httpx.get(url, timeout=SECONDS, trust_env=False)
    assert answer.status_code == 200
    return answer.text


def _press(url: str, deed: str, **fields: str) -> httpx.Response:
    version = re.search(r'name="version" value="(\d+)"', _page(url))
    assert version
    data: dict[str, Any] = {"version": version[1], **fields}
    return httpx.post(f"{url}/{deed}", data=data, headers=SAME_SITE, timeout=SECONDS, trust_env=False)


def test_a_sentence_becomes_a_demand_that_is_taken_and_the_enterprise_hears_of_it(
    house: House, wechat: Tencent
) -> None:
    for part in ("bot", "console", "worker"):
        house.start(part)
    person = house.person()
    said = _tell(wechat, person)
    assert "同意请回复 1" in said[0]
    assert all(piece in said[-1] for piece in ("30–50 万元", "郫都区", "138****0000", "新能源服务站"))
    wechat.welcome(person.openid)
    done = wechat.answer(person, "1")
    number = re.search(r"CD-\d{8}-\d{4}", done)
    assert number
    assert "擅长" in done
    assert "13800000000" not in "".join(said) + done

    message = wait_for(lambda: _robot_messages(house), why="for the liaison's robot")[0]
    assert "13800000000" not in message
    link = house.console + re.search(r"/l/[\w-]+", message)[0]  # type: ignore[index]
    assert number[0] in _page(link)
    assert _press(link, "take").status_code == 303
    wechat.wait_for(person.openid, lambda text: "已签收" in text and number[0] in text)
    assert "已签收" in wechat.answer(person, "进度")
    assert _press(link, "close", code="agreed", reason="已签服务协议").status_code == 303
    closed = wechat.wait_for(person.openid, lambda text: "已办结" in text)
    assert "打几分" in closed
    assert "谢谢" in wechat.answer(person, "5")

    exported = house.run("demands", "export", str(house.folder / "demands.jsonl"))
    assert exported.returncode == 0, exported.stderr
    record = (house.folder / "demands.jsonl").read_text()
    assert number[0] in record
    assert "13800000000" not in record
    for part in ("bot", "console", "worker"):
        assert "13800000000" not in house.log(part)


def test_a_returned_demand_goes_on_and_the_new_station_needs_its_own_consent(house: House, wechat: Tencent) -> None:
    for part in ("bot", "console", "worker"):
        house.start(part)
    person = house.person()
    _tell(wechat, person)
    wechat.welcome(person.openid)
    wechat.answer(person, "1")
    message = wait_for(lambda: _robot_messages(house), why="for the liaison's robot")[0]
    link = house.console + re.search(r"/l/[\w-]+", message)[0]  # type: ignore[index]
    assert _press(link, "return", code="no_capacity").status_code == 303
    told = wechat.wait_for(person.openid, lambda text: "退回" in text)
    assert "力量不足" in told
    if "改派" in told:
        wechat.wait_for(person.openid, lambda text: "联系方式转给" in text)
        assert "同意" in wechat.answer(person, "1")


@pytest.mark.postgres
def test_the_same_on_postgresql(
    tmp_path: Path, models: Path, wechat: Tencent, new_postgresql: Callable[[], str]
) -> None:
    url = new_postgresql()
    with open_house(tmp_path / "var", models, ZHULI_WECHAT_API_URL=wechat.url, ZHULI_DATABASE_URL=url) as house:
        for part in ("bot", "console", "worker"):
            house.start(part)
        person = house.person()
        _tell(wechat, person)
        wechat.welcome(person.openid)
        assert "CD-" in wechat.answer(person, "1")
        message = wait_for(lambda: _robot_messages(house), why="for the liaison's robot")[0]
        link = house.console + re.search(r"/l/[\w-]+", message)[0]  # type: ignore[index]
        assert _press(link, "take").status_code == 303
        wechat.wait_for(person.openid, lambda text: "已签收" in text)
        house.stop()
