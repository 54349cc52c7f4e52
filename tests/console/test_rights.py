"""Each role sees its own rows and pages, and no others."""

import pytest

from bot.core.roles import Role
from models import AuditEntry, Database
from tests.console import factories
from tests.console.conftest import Browser


@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.ADMIN, None, {"/demands", "/conversations", "/stations", "/users", "/audit"}),
        (Role.CITY, None, {"/demands", "/conversations", "/stations"}),
        (Role.DISTRICT, "郫都区", {"/demands", "/stations"}),
        (Role.SOCIETY, "成都示例学会", {"/demands", "/stations"}),
        (Role.LIAISON, "S001", {"/demands", "/stations"}),
        (Role.AUDITOR, None, {"/audit"}),
    ],
)
def test_pages_of_a_role(browser: Browser, role: Role, scope: str | None, allowed: set[str]) -> None:
    client = browser(role, scope)
    for path in ("/demands", "/conversations", "/stations", "/users", "/audit"):
        assert client.get(path).status_code == (200 if path in allowed else 403), path
    assert client.get("/").status_code == 200


def test_district_sees_only_its_own(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        mine = factories.demand(session, district="郫都区")
        other = factories.demand(session, district="青羊区")
    client = browser(Role.DISTRICT, "郫都区")
    page = client.get("/demands").text
    assert mine.demand_no in page
    assert other.demand_no not in page
    assert client.get(f"/demands/{other.demand_no}").status_code == 404
    assert client.post(f"/demands/{mine.demand_no}/contact", data={"reason": "核实"}).status_code == 403


def test_society_sees_only_demands_of_its_stations(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        mine = factories.demand(session, factories.station(session, society="成都示例电源学会"))
        other = factories.demand(session, factories.station(session))
    page = browser(Role.SOCIETY, "成都示例电源学会").get("/demands").text
    assert mine.demand_no in page
    assert other.demand_no not in page


@pytest.mark.parametrize(
    ("state", "agreed", "opened"),
    [("taken", True, True), ("taken", False, False), ("awaiting_pickup", True, False)],
)
def test_liaison_opens_a_contact_only_when_shared_and_taken(
    browser: Browser, db: Database, state: str, agreed: bool, opened: bool
) -> None:
    with db.begin() as session:
        station = factories.station(session)
        row = factories.demand(session, station, state=state)
        factories.share_consent(session, row, station, given=agreed)
    client = browser(Role.LIAISON, station.station_id)
    page = client.post(f"/demands/{row.demand_no}/contact", data={"reason": "首次联系"})
    assert ("13800000000" in page.text) is opened
    assert page.status_code == (200 if opened else 400)


def test_opening_a_contact_needs_a_reason_and_is_on_record(browser: Browser, db: Database) -> None:
    with db.begin() as session:
        row = factories.demand(session)
    client = browser(Role.CITY)
    address = f"/demands/{row.demand_no}/contact"
    assert "13800000000" not in client.post(address, data={"reason": " "}).text
    assert "13800000000" in client.post(address, data={"reason": "电话回访"}).text
    assert "13800000000" not in client.get(f"/demands/{row.demand_no}").text
    with db.read() as session:
        entries = session.query(AuditEntry).filter_by(action="contact_opened").all()
    assert [(entry.actor_id, entry.subject_id, entry.reason) for entry in entries] == [
        ("city.user", row.demand_no, "电话回访")
    ]
