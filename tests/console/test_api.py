"""The JSON interface: keys, masking, rights and errors."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from bot.core.roles import Role
from bot.services.audit import SYSTEM
from bot.services.users import UserService
from models import AuditEntry, Database, Demand, Station
from tests.console import factories
from tests.console.web import TestClient

Bearer = Callable[..., dict[str, str]]
PRODUCT_KEYS = {
    "demand_no",
    "title",
    "category",
    "problem",
    "indicators",
    "goal",
    "current_base",
    "invested",
    "field",
    "keywords",
    "coop_mode",
    "budget",
    "deadline",
    "urgency",
    "enterprise_name",
    "uscc",
    "district",
    "zone",
    "contact_name",
    "phone",
    "consents",
    "public_level",
    "attachments",
    "source",
    "quality_score",
}


@pytest.fixture
def station(db: Database) -> Station:
    with db.begin() as session:
        return factories.station(session)


@pytest.fixture
def demand(db: Database, station: Station) -> Demand:
    with db.begin() as session:
        row = factories.demand(session, station, state="taken")
        factories.share_consent(session, row, station)
        return row


def test_demands_have_the_keys_of_the_product_and_masked_contacts(
    anonymous: TestClient, bearer: Bearer, demand: Demand
) -> None:
    answer = anonymous.get("/api/v1/demands?q=涂布", headers=bearer(Role.CITY)).json()
    assert answer["total"] == 1
    (item,) = answer["items"]
    assert set(item) >= PRODUCT_KEYS
    assert item["budget"] == {"kind": "amount", "min": 30.0, "max": 50.0}
    assert item["deadline"] == "2027-06-30"
    assert (item["contact_name"], item["phone"]) == ("张**", "138****0000")


def test_contacts_need_a_reason_and_leave_a_trace(
    anonymous: TestClient, bearer: Bearer, db: Database, demand: Demand
) -> None:
    headers = bearer(Role.CITY)
    address = f"/api/v1/demands/{demand.demand_no}?contacts=true"
    refused = anonymous.get(address, headers=headers)
    assert refused.status_code == 403
    assert "X-Reason" in refused.json()["error"]["message"]
    opened = anonymous.get(address, headers=headers | {"X-Reason": quote("电话回访")}).json()
    assert opened["phone"] == "13800000000"
    with db.read() as session:
        entry = session.query(AuditEntry).filter_by(action="contact_opened").one()
    assert (entry.actor_id, entry.reason) == ("city.api", "电话回访")


def test_district_may_not_open_contacts(anonymous: TestClient, bearer: Bearer, demand: Demand) -> None:
    headers = bearer(Role.DISTRICT, "郫都区") | {"X-Reason": "check"}
    assert anonymous.get(f"/api/v1/demands/{demand.demand_no}", headers=headers).status_code == 200
    refused = anonymous.get(f"/api/v1/demands/{demand.demand_no}?contacts=1", headers=headers)
    assert refused.status_code == 403


def test_conversations_and_transcript(anonymous: TestClient, bearer: Bearer, db: Database) -> None:
    with db.begin() as session:
        row = factories.conversation(session)
    headers = bearer(Role.CITY)
    assert anonymous.get("/api/v1/conversations?fallback=1", headers=headers).json()["total"] == 1
    transcript = anonymous.get(f"/api/v1/conversations/{row.id}", headers=headers).json()
    first = transcript["messages"][0]
    assert first["intent"] == "submit_demand"
    assert first["values"] == [{"entity": "phone", "value": "138****0000"}]


def test_stations_and_stats(anonymous: TestClient, bearer: Bearer, station: Station, demand: Demand) -> None:
    headers = bearer(Role.CITY)
    one = anonymous.get(f"/api/v1/stations/{station.station_id}", headers=headers).json()
    assert (one["open_cases"], one["people"][0]["phone"]) == (1, "138****0001")
    stats = anonymous.get("/api/v1/stats?since=2026-11-20", headers=headers).json()
    assert stats["total"] == 1
    assert stats["funnel"] == {
        "collected": 1,
        "accepted": 1,
        "assigned": 1,
        "taken": 1,
        "matched": 0,
        "agreed": 0,
        "closed": 0,
    }
    assert stats["by_day"] == {"2026-11-20": 1}


def test_administrators_create_and_disable_users(anonymous: TestClient, bearer: Bearer) -> None:
    headers = bearer(Role.ADMIN)
    new = {"username": "li.si", "name": "李示例", "role": "liaison", "scope": "S001"}
    created = anonymous.post("/api/v1/users", json=new, headers=headers)
    assert created.status_code == 201
    assert len(created.json()["one_time_password"]) == 19
    again = anonymous.post("/api/v1/users", json=new, headers=headers)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "exists")
    disabled = anonymous.post("/api/v1/users/li.si/disable", headers=headers).json()
    assert disabled["disabled_at"] is not None
    last = anonymous.post("/api/v1/users/admin.api/disable", headers=headers)
    assert (last.status_code, last.json()["error"]["code"]) == (409, "last_admin")


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/api/v1/demands", None, 401),
        ("/api/v1/users", Role.CITY, 403),
        ("/api/v1/demands", Role.AUDITOR, 403),
        ("/api/v1/demands/CD-1", Role.CITY, 404),
        ("/api/v1/nothing", Role.CITY, 404),
        ("/api/v1/demands?page=0", Role.CITY, 422),
        ("/api/v1/demands?since=soon", Role.CITY, 422),
        ("/api/v1/stations?q=%00", Role.CITY, 422),
    ],
)
def test_errors_are_json_and_say_what_to_do(
    anonymous: TestClient, bearer: Bearer, path: str, role: Role | None, status: int
) -> None:
    answer = anonymous.get(path, headers=bearer(role) if role else {})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert "请" in error["message"]
    assert bool(error["details"]) is (status == 422)


@pytest.mark.parametrize(("body", "status"), [(b'"\x81"', 400), (b"{", 422), (b"x" * 300_000, 413)])
def test_bodies_that_cannot_be_read_are_errors_too(
    anonymous: TestClient, bearer: Bearer, body: bytes, status: int
) -> None:
    headers = bearer(Role.ADMIN) | {"Content-Type": "application/json"}
    answer = anonymous.post("/api/v1/users", content=body, headers=headers)
    assert answer.status_code == status
    assert "请" in answer.json()["error"]["message"]


def test_cookies_do_not_open_the_json_interface(browser: Callable[..., TestClient]) -> None:
    assert browser(Role.ADMIN).get("/api/v1/demands").status_code == 401


@pytest.mark.parametrize("end", ["disable", "revoke"])
def test_disabled_person_and_revoked_token_are_out(
    anonymous: TestClient, bearer: Bearer, users: UserService, end: str
) -> None:
    headers = bearer(Role.CITY)
    assert anonymous.get("/api/v1/stats", headers=headers).status_code == 200
    if end == "disable":
        users.disable(SYSTEM, "city.api")
    else:
        users.revoke_tokens("city.api", "test")
    assert anonymous.get("/api/v1/stats", headers=headers).status_code == 401
