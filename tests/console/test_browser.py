"""The console in Chromium: filters without a reload, the phone's width, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.core.roles import Role
from bot.services.audit import SYSTEM
from bot.services.container import Services
from models import Database, Demand
from tests.console import factories
from tests.console.conftest import PASSWORD
from tests.console.servers import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def demand(db: Database) -> Demand:
    with db.begin() as session:
        row = factories.demand(session, factories.station(session))
        factories.demand(session, title="高盐废水膜污染", field="资源与环境", problem="膜通量下降一半。")
        factories.conversation(session, row.sender_id or "")
        return row


@pytest.fixture
def address(services: Services, demand: Demand) -> Iterator[str]:
    first = services.users.create(SYSTEM, "chen", "陈示例", Role.ADMIN)
    viewer = services.users.login.sign_in("chen", first).viewer
    services.users.change_password(viewer, first, PASSWORD)
    with running(services) as found:
        yield found


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=username]", "chen")
    page.fill("[name=password]", PASSWORD)
    page.click("form button")
    page.wait_for_url(f"{address}/")


def test_filters_change_the_list_in_place(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page, address)
    page.goto(f"{address}/demands")
    page.evaluate("window.sameDocument = true")
    page.select_option("select[name=field]", "资源与环境")
    page.wait_for_selector("#results >> text=共 1 条")
    assert page.evaluate("window.sameDocument") is True
    assert "%E8%B5%84%E6%BA%90" in page.url
    assert complaints == []
    page.close()


def test_every_page_fits_a_phone(chromium: Browser, address: str, demand: Demand) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    sign_in(page, address)
    paths = ["/", "/demands", f"/demands/{demand.demand_no}", "/conversations", "/conversations/1", "/stations"]
    for path in [*paths, "/stations/import", "/preview", "/users", "/audit", "/password"]:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.close()


def test_main_paths_work_without_scripts(
    chromium: Browser, address: str, services: Services, db: Database, demand: Demand
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/demands?q=涂布")
    page.click("text=锂电池极片涂布厚度不均匀")
    page.fill("#contact [name=reason]", "电话回访")
    page.click("#contact button")
    assert page.locator("#contact >> text=13800000000").is_visible()
    with db.read() as session:
        liaison = session.get(Demand, demand.id).station.liaisons[0].id  # type: ignore[union-attr]
    page.goto(f"{address}/l/{services.cases.issue(demand.demand_no, liaison, ['page'])['page']}")
    page.click("button:has-text('签收')")
    assert page.locator("text=已签收。请在三个工作日内联系企业。").is_visible()
    context.close()
