"""Signing in and what guards the pages."""

import pytest
from fastapi import FastAPI

from bot.core.roles import Role
from bot.services.login import IDLE
from bot.services.users import UserService
from tests.conftest import Clock
from tests.console.conftest import PASSWORD, Browser
from tests.console.web import TestClient


def test_pages_send_strangers_to_the_login(anonymous: TestClient) -> None:
    answer = anonymous.get("/demands")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fdemands"


def test_first_administrator_must_change_the_one_time_password(anonymous: TestClient, users: UserService) -> None:
    password = users.ensure_admin()
    assert password is not None
    assert users.ensure_admin() is None
    answer = anonymous.post("/login", data={"username": "admin", "password": password})
    assert answer.headers["location"] == "/password"
    assert anonymous.get("/demands").headers["location"] == "/password"
    new = {"current": password, "new": PASSWORD, "again": PASSWORD}
    assert anonymous.post("/password", data=new).headers["location"] == "/"
    assert anonymous.get("/").status_code == 200


def test_cookie_is_kept_from_scripts_and_is_new_at_each_login(anonymous: TestClient, users: UserService) -> None:
    password = users.ensure_admin() or ""
    credentials = {"username": "admin", "password": password}
    first = anonymous.post("/login", data=credentials).headers["set-cookie"]
    second = anonymous.post("/login", data=credentials).headers["set-cookie"]
    assert "HttpOnly" in first
    assert "SameSite=lax" in first
    assert first.split(";")[0] != second.split(";")[0]


def test_cookie_is_secure_over_https(app: FastAPI, users: UserService) -> None:
    client = TestClient(app, base_url="https://console.example")
    password = users.ensure_admin() or ""
    answer = client.post("/login", data={"username": "admin", "password": password}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


def test_wrong_password_and_unknown_name_look_the_same(anonymous: TestClient, users: UserService) -> None:
    users.ensure_admin()
    wrong = anonymous.post("/login", data={"username": "admin", "password": "wrong"})
    unknown = anonymous.post("/login", data={"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("admin", "") == unknown.text.replace("nobody", "")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"])
def test_login_leads_only_to_our_own_pages(anonymous: TestClient, users: UserService, target: str) -> None:
    password = users.ensure_admin() or ""
    users.change_password(users.login.sign_in("admin", password).viewer, password, PASSWORD)
    form = {"username": "admin", "password": PASSWORD, "next": target}
    assert anonymous.post("/login", data=form).headers["location"] == "/"


def test_idle_session_ends(browser: Browser, clock: Clock) -> None:
    client = browser(Role.CITY)
    clock.advance(minutes=IDLE.total_seconds() / 60 - 1)
    assert client.get("/demands", follow_redirects=False).status_code == 200
    clock.advance(hours=2)
    assert client.get("/demands", follow_redirects=False).status_code == 303


def test_signing_out_ends_the_session_on_the_server(browser: Browser, app: FastAPI) -> None:
    client = browser(Role.CITY)
    cookies = dict(client.cookies)
    client.post("/logout")
    replay = TestClient(app, cookies=cookies, follow_redirects=False)
    assert replay.get("/demands").status_code == 303


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver"}, True),
        ({}, True),
    ],
)
def test_unsafe_requests_of_other_sites_are_refused(browser: Browser, headers: dict[str, str], allowed: bool) -> None:
    client = browser(Role.CITY)
    client.post("/logout", headers=headers)
    signed_out = client.get("/demands", follow_redirects=False).status_code == 303
    assert signed_out is allowed


def test_every_answer_carries_the_security_headers(anonymous: TestClient) -> None:
    for path in ("/login", "/nowhere", "/api/v1/demands", "/static/console.css"):
        headers = anonymous.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_hold_no_inline_script_or_style(browser: Browser) -> None:
    client = browser(Role.ADMIN)
    for path in ("/", "/demands", "/conversations", "/stations", "/users", "/audit"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script src="/static/')
