"""The simulator's page in Chromium: what a visitor does and sees."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, async_playwright, expect

from connectors.demo import samples
from tests.connectors.demo.test_simulator import Bench, bench
from tests.fakes.webhook import echo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path, echo) as made:
        yield made


@pytest.fixture
async def page(running: Bench) -> AsyncIterator[Page]:
    problems: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = await browser.new_page(viewport={"width": 1100, "height": 820}, locale="zh-CN")
        opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: problems.append(str(error)))
        await opened.goto(f"{running.url}/")
        await expect(opened.locator("#chat .note").first).to_have_text("你已关注公众号")
        yield opened
        await browser.close()
    assert problems == []


async def send(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_a_visitor_writes_and_reads_the_answer(page: Page) -> None:
    await send(page, "涂布厚度不均匀")
    await expect(page.locator("#chat .user .bubble")).to_have_text("涂布厚度不均匀")
    await expect(page.locator("#chat .bot .bubble").last).to_have_text("您说：涂布厚度不均匀")
    await expect(page.locator("#allowance")).to_contain_text("还可主动发")


async def test_markup_in_messages_stays_text(page: Page) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    await send(page, attack)
    await expect(page.locator("#chat .bot .bubble").last).to_have_text(f"您说：{attack}")
    assert await page.title() == "助力通 · 微信模拟器"
    assert await page.locator("#chat img").count() == 0


async def test_history_is_there_after_a_reload_and_users_are_apart(page: Page) -> None:
    await send(page, "第一位用户")
    await expect(page.locator("#chat .bot .bubble").last).to_have_text("您说：第一位用户")
    await page.reload()
    await expect(page.locator("#chat .user .bubble")).to_have_text("第一位用户")
    await page.click("#new-user")
    await expect(page.locator("#chat .note").first).to_have_text("你已关注公众号")
    await expect(page.locator("#chat .user .bubble")).to_have_count(0)
    await page.select_option("#users", index=0)
    await expect(page.locator("#chat .user .bubble")).to_have_text("第一位用户")


async def test_offered_numbers_become_buttons(page: Page) -> None:
    await send(page, "同意请回复 1，不同意回复 2")
    await expect(page.locator("#quick button")).to_have_text(["1", "2"])
    await page.locator("#quick button").first.click()
    await expect(page.locator("#chat .user .bubble").last).to_have_text("1")


async def test_robot_links_open_elsewhere(page: Page, running: Bench) -> None:
    content = "**新需求**\n> 郫都区\n[处理](http://127.0.0.1/l/x) [坏](javascript:alert(1)) <b>x</b>"
    running.demo.robots.send("k", {"msgtype": "markdown", "markdown": {"content": content}})
    links = page.locator("#group-chat a")
    await expect(links).to_have_count(1)
    assert await links.get_attribute("href") == "http://127.0.0.1/l/x"
    assert await links.get_attribute("target") == "_blank"
    await expect(page.locator("#group-chat .bubble")).to_contain_text("[坏](javascript:alert(1)) <b>x</b>")


async def test_the_accounts_menu_is_tapped(page: Page, running: Bench) -> None:
    button = {"type": "click", "name": "提需求", "key": "demand"}
    more = {"name": "帮助", "sub_button": [{"type": "click", "name": "我的数据", "key": "my_data"}]}
    running.demo.wechat.menu = {"button": [button, more]}
    await send(page, "您好")
    await page.get_by_role("button", name="提需求").click()
    await expect(page.locator("#chat .note").last).to_have_text("点了菜单「提需求」")
    await page.get_by_role("button", name="≡ 帮助").click()
    await page.get_by_role("button", name="我的数据").click()
    await expect(page.locator("#chat .note").last).to_have_text("点了菜单「我的数据」")
    await running.demo.player.drain()
    assert [message["EventKey"] for message in running.hook.messages if message.get("Event") == "CLICK"] == [
        "demand",
        "my_data",
    ]


async def test_a_picture_is_shown(page: Page) -> None:
    photo = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=samples.photo())
    await page.click("#more")
    await page.set_input_files("#file", photo)
    picture = page.locator("#chat .user img")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") == 240


async def test_on_a_phone_the_group_is_a_tab(page: Page, running: Bench) -> None:
    await page.set_viewport_size({"width": 390, "height": 780})
    await expect(page.locator("#group")).to_be_hidden()
    running.demo.robots.send("k", {"msgtype": "text", "text": {"content": "提醒"}})
    await expect(page.locator("#group-new")).to_have_text("●1")
    await page.click("#tab-group")
    await expect(page.locator("#group-chat .bubble")).to_have_text("提醒")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
