"""Makes the README's pictures from the running program: starts it in demo mode, talks to it, takes the pictures."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs/pictures"
BOT, CONSOLE = 5905, 8980
BASE = f"http://127.0.0.1:{CONSOLE}"
LINES = (
    "我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看",
    "1",
    "现在正负5个微米 想做到2以内",
    "三五十个吧 今年底要用",
    "成都示例新能源科技有限公司",
    "姓王 13800000000",
    "1",
)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "models").symlink_to(ROOT / "var/models", target_is_directory=True)
        log = Path(folder) / "log"
        with log.open("w") as out:
            process = _start(folder, out)
        try:
            password = _password(log)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
                )
                link = _simulator(browser)
                _console(browser, password)
                _liaison(browser, link)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _start(folder: str, out: object) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "ZHULI_VAR_DIR": folder,
        "ZHULI_BOT_PORT": str(BOT),
        "ZHULI_CONSOLE_PORT": str(CONSOLE),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "up", "--demo"], cwd=ROOT, env=environment, stdout=out, stderr=out
    )


def _password(log: Path) -> str:
    """Waits until everything answers."""
    for _ in range(600):
        found = re.search(r"admin / (\S+?)（", log.read_text())
        if found and "助力通已启动" in log.read_text():
            return found[1]
        time.sleep(0.5)
    raise SystemExit(log.read_text())


def _simulator(browser: Browser) -> str:
    """The conversation on the simulator page; the liaison's link. The liaison takes the demand meanwhile."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=2)
    page.goto(f"{BASE}/demo/")
    page.wait_for_selector("#chat .bubble")
    for line in LINES:
        before = page.locator("#chat > li").count()
        page.fill("#compose textarea", line)
        page.press("#compose textarea", "Enter")
        page.wait_for_function(
            "n => document.querySelectorAll('#chat > li').length >= n + 2", arg=before, timeout=30_000
        )
    link = page.locator("#group-chat a[href*='/l/']").first.get_attribute("href", timeout=30_000)
    _take(str(link))
    page.wait_for_function("() => document.body.innerText.includes('：已签收')", timeout=30_000)
    page.screenshot(path=PICTURES / "simulator.png")
    page.close()
    return str(link)


def _take(link: str) -> None:
    version = re.search(r'name="version" value="(\d+)"', httpx.get(link, trust_env=False).text)
    assert version
    headers = {"Sec-Fetch-Site": "same-origin"}
    done = httpx.post(f"{link}/take", data={"version": version[1]}, headers=headers, trust_env=False)
    assert done.status_code == 303


def _console(browser: Browser, password: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
    page.goto(f"{BASE}/login")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    _change_password(page, password)
    page.goto(f"{BASE}/demands")
    page.click("main a[href*='/demands/CD-']")
    page.wait_for_load_state()
    page.screenshot(path=PICTURES / "demand.png")
    page.goto(f"{BASE}/conversations")
    page.click("main a[href*='/conversations/']")
    page.wait_for_load_state()
    page.screenshot(path=PICTURES / "conversation.png")
    page.close()


def _change_password(page: Page, password: str) -> None:
    if "password" not in page.url:
        return
    fields = page.locator("input[type=password]")
    fields.nth(0).fill(password)
    for index in range(1, fields.count()):
        fields.nth(index).fill("sample-Password-2026")
    fields.last.press("Enter")
    page.wait_for_load_state()


def _liaison(browser: Browser, link: str) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 900}, device_scale_factor=2)
    page.goto(link)
    page.screenshot(path=PICTURES / "liaison.png")
    page.close()


if __name__ == "__main__":
    main()
