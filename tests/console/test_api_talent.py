"""Experts, results and proposals in the JSON interface."""

from collections.abc import Callable

import pytest

from bot.core.roles import Role
from bot.core.talent import Kind, TalentRecord
from bot.services.audit import SYSTEM
from bot.services.container import Services
from models import Database, Demand, Society
from tests.console import factories
from tests.console.web import TestClient

Bearer = Callable[..., dict[str, str]]
OWN, OTHER = "成都示例电源学会", "成都示例食品学会"
NAMES = {Kind.EXPERT: "experts", Kind.RESULT: "results"}


@pytest.fixture
def entries(services: Services) -> None:
    for kind in Kind:
        for place in range(25):
            battery = bool(place % 2)
            services.talent.save(
                TalentRecord(
                    kind,
                    f"{kind.value[0].upper()}-{place:02}",
                    f"示例{kind.label}{place:02}",
                    "高级工程师",
                    "示例大学",
                    OWN if battery else OTHER,
                    ("60301",) if battery else ("20701",),
                    topics=("锂电池极片涂布厚度", "涂布机") if battery else ("豆瓣酱发酵",),
                    active=place != 24,
                ),
                0,
                SYSTEM,
                "示例",
            )


@pytest.fixture
def demand(db: Database) -> Demand:
    with db.begin() as session:
        society = session.query(Society).filter_by(name=OWN).one_or_none() or OWN
        return factories.demand(session, factories.station(session, society=society), state="taken")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_list_is_narrowed_and_paged(anonymous: TestClient, bearer: Bearer, entries: None, kind: Kind) -> None:
    headers, address = bearer(Role.CITY), f"/api/v1/{NAMES[kind]}"

    def total(**params: str) -> int:
        return int(anonymous.get(address, headers=headers, params=params).json()["total"])

    page = anonymous.get(f"{address}?page=2", headers=headers).json()
    assert (page["total"], page["page"], page["per_page"], len(page["items"])) == (25, 2, 20, 5)
    found = (total(society=OWN), total(q="豆瓣酱"), total(field="新能源与节能"), total(idle="true"), total(q="none"))
    assert found == (12, 13, 12, 1, 0)
    first = anonymous.get(f"{address}?q=锂电池", headers=headers).json()["items"][0]
    assert first == {
        "code": f"{kind.value[0].upper()}-01",
        "name": f"示例{kind.label}01",
        "grade": "高级工程师",
        "unit": "示例大学",
        "society": OWN,
        "hightech_fields": ["60301"],
        "fields": ["新能源与节能"],
        "disciplines": [],
        "topics": ["锂电池极片涂布厚度", "涂布机"],
        "summary": None,
        "active": True,
        "demo": False,
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_one_entry_has_its_version_and_no_more(
    anonymous: TestClient, bearer: Bearer, entries: None, kind: Kind
) -> None:
    headers, address = bearer(Role.CITY), f"/api/v1/{NAMES[kind]}"
    found = anonymous.get(f"{address}/{kind.value[0].upper()}-01", headers=headers).json()
    assert (found["version"], found["updated_at"]) == (1, "2026-11-20T04:00:00Z")
    assert not {"changed_by", "phone", "contact"} & set(found)
    other = Kind.RESULT if kind is Kind.EXPERT else Kind.EXPERT
    assert anonymous.get(f"{address}/{other.value[0].upper()}-01", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [(Role.SOCIETY, OWN, 200), (Role.LIAISON, "S001", 200), (Role.DISTRICT, "郫都区", 200), (Role.AUDITOR, None, 403)],
)
def test_who_may_look_is_who_may_in_the_console(
    anonymous: TestClient, bearer: Bearer, entries: None, role: Role, scope: str | None, status: int
) -> None:
    headers = bearer(role, scope)
    for address in ("experts", "experts/E-01", "results", "results/R-01"):
        assert anonymous.get(f"/api/v1/{address}", headers=headers).status_code == status
        assert anonymous.get(f"/api/v1/{address}").status_code == 401


def test_a_demand_has_its_proposals_with_reasons(
    anonymous: TestClient, bearer: Bearer, entries: None, demand: Demand
) -> None:
    found = anonymous.get(f"/api/v1/demands/{demand.demand_no}/proposals", headers=bearer(Role.CITY)).json()
    assert found["demand_no"] == demand.demand_no
    assert (len(found["experts"]), len(found["results"])) == (3, 3)
    for one in (*found["experts"], *found["results"]):
        assert set(one) == {"code", "name", "grade", "unit", "society", "topics", "reasons", "demo"}
        assert one["society"] == OWN
        assert "属于承接站所在学会" in one["reasons"]
        assert one["topics"][0] in "；".join(one["reasons"])


def test_proposals_are_for_who_may_see_the_demand(
    anonymous: TestClient, bearer: Bearer, entries: None, demand: Demand
) -> None:
    address = f"/api/v1/demands/{demand.demand_no}/proposals"
    assert anonymous.get(address, headers=bearer(Role.SOCIETY, OWN)).status_code == 200
    assert anonymous.get(address, headers=bearer(Role.DISTRICT, "青羊区")).status_code == 404
    assert anonymous.get(address, headers=bearer(Role.AUDITOR)).status_code == 403
    assert anonymous.get("/api/v1/demands/CD-1/proposals", headers=bearer(Role.CITY)).status_code == 404


def test_a_demand_that_is_over_has_none(anonymous: TestClient, bearer: Bearer, db: Database, entries: None) -> None:
    with db.begin() as session:
        number = factories.demand(session, state="closed").demand_no
    found = anonymous.get(f"/api/v1/demands/{number}/proposals", headers=bearer(Role.CITY)).json()
    assert (found["experts"], found["results"]) == ([], [])


def test_proposals_that_cannot_be_made_now_are_an_error_that_says_so(
    anonymous: TestClient, bearer: Bearer, services: Services, demand: Demand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("a model file is gone")

    monkeypatch.setattr(services.talent, "propose", broken)
    headers = bearer(Role.CITY)
    answer = anonymous.get(f"/api/v1/demands/{demand.demand_no}/proposals", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_proposed")
    assert "请" in answer.json()["error"]["message"]
    assert anonymous.get(f"/api/v1/demands/{demand.demand_no}", headers=headers).status_code == 200


def test_the_document_shows_what_they_look_like(anonymous: TestClient) -> None:
    schemas = anonymous.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for name in ("TalentOut", "TalentDetailOut", "ProposalOut", "ProposalsOut"):
        [example] = schemas[name]["examples"]
        assert set(example) == set(schemas[name]["properties"])
        assert "示例" in str(example)
