"""Faults with real processes: slow turns, retries at once, kill -9, a closed window."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from bot import bootstrap
from bot.settings import load
from connectors.demo.faults import Fault
from tests.e2e.house import House, free_port, wait_for
from tests.e2e.tencent import Tencent

pytestmark = pytest.mark.process
SLOW = "tests.e2e.slow_bot"


def _rows(house: House, query: str) -> list[tuple[object, ...]]:
    settings = load(
        var_dir=house.folder, demo=True, data_key="e2e-data-key-of-ours", secret_key="e2e-secret-key-of-ours"
    )
    database = bootstrap.open_database(settings)
    with database.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    database.close()
    return found


def test_a_slow_turn_is_answered_by_a_customer_service_message(house: House, wechat: Tencent) -> None:
    house.start("bot", script=SLOW, ZHULI_TEST_SLOW="6")
    house.start("worker")
    person = house.person()
    wechat.welcome(person.openid)
    assert person.say("你们收费不，慢慢说") == ""
    told = wechat.wait_for(person.openid, lambda said: "收" in said)
    assert wechat.texts(person.openid) == [told]


def test_the_same_message_three_times_at_once_from_two_processes_is_one_row_and_one_answer(
    house: House, wechat: Tencent
) -> None:
    house.start("bot")
    other = House(house.folder, house.environment, bot_port=free_port(), console_port=house.console_port)
    try:
        other.start("bot")
        person = house.person()
        wechat.welcome(person.openid)
        xml = person.message("我们厂焊缝老是裂，想找专家看看")
        twins = [person, type(person)(person.account, other.webhook, person.openid)] * 2
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: one.push(xml), twins[:3]))
    finally:
        other.stop()
    assert {answer for answer in answers if answer} == {max(answers, key=len)}
    assert _rows(house, "SELECT count(*) FROM inbox") == [(1,)]
    assert _rows(house, "SELECT count(*) FROM message WHERE author = 'user'") == [(1,)]


def test_a_kill_in_the_middle_of_a_turn_loses_nothing_and_shows_nothing_twice(house: House, wechat: Tencent) -> None:
    house.start("bot", script=SLOW, ZHULI_TEST_SLOW="30")
    person = house.person()
    wechat.welcome(person.openid)
    assert person.say("你们收费不，慢慢说") == ""
    house.kill("bot")
    house.start("bot")
    house.start("worker")
    told = wechat.wait_for(person.openid, lambda said: "收" in said)
    assert person.say("那服务站是干啥的")
    assert wechat.texts(person.openid) == [told]
    assert _rows(house, "SELECT count(*) FROM message WHERE author = 'user'") == [(2,)]


def test_a_kill_during_delivery_repeats_a_notice_at_most_once(house: House, wechat: Tencent) -> None:
    house.start("bot", script=SLOW, ZHULI_TEST_SLOW="5")
    person = house.person()
    wechat.welcome(person.openid)
    assert person.say("你们收费不，慢慢说") == ""
    wechat.wechat.faults.add(Fault.parse({"path": "/cgi-bin/message/custom/send", "kind": "hang", "seconds": 60}))
    house.start("worker")
    wait_for(lambda: _rows(house, "SELECT 1 FROM notice WHERE state = 'leased'"), why="for the delivery to begin")
    house.kill("worker")
    wechat.wechat.faults.clear()
    house.start("worker")
    wechat.wait_for(person.openid, lambda said: "收" in said)
    wait_for(lambda: _rows(house, "SELECT 1 FROM notice WHERE state = 'delivered'"), why="for the notice to be settled")
    assert 1 <= len(wechat.texts(person.openid)) <= 2


def test_what_could_not_be_pushed_is_told_at_the_next_message(house: House, wechat: Tencent) -> None:
    house.start("bot", script=SLOW, ZHULI_TEST_SLOW="5")
    house.start("worker")
    person = house.person()
    wechat.wechat.follow(person.openid)
    assert person.say("你们收费不，慢慢说") == ""
    wait_for(lambda: _rows(house, "SELECT 1 FROM notice WHERE state = 'held'"), why="for the notice to be held")
    told = person.say("服务站是干啥的")
    assert "不收" in told
    assert "专家" in told
    assert wechat.texts(person.openid) == []
