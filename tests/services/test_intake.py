"""Submitting: once for each draft, numbers without gaps or repeats, suspected duplicates shown."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from bot.services.conversations import ConversationLog
from bot.services.inbox import Inbox
from bot.services.intake import IntakeService
from bot.services.proposals import Proposals
from bot.services.routing import RoutingService
from models import Database, Demand
from tests.conftest import Clock
from tests.fakes.town import PHONE, SENDER, Town

Json = dict[str, Any]
STATION: Json = {"decision": "review", "why": "没有把握", "candidates": [], "field": ["7", "新材料"]}


@pytest.fixture
def intake(database: Database, clock: Clock) -> IntakeService:
    town = Town(database, clock)
    inbox = Inbox(database, clock)
    log = ConversationLog(database, clock, inbox.owner)
    return IntakeService(database, clock, cast(RoutingService, town), Proposals(), town.cases, log)


def _draft(number: int, problem: str = "极片涂布厚度总是不均匀，边缘偏厚，良品率只有九成") -> Json:
    return {
        "draft_id": f"draft-{number}",
        "title": "极片涂布厚度一致性提升",
        "category": "技术攻关",
        "problem": problem,
        "indicators": "无",
        "field": "新能源与节能",
        "budget": {"kind": "amount", "min": 30.0, "max": 50.0},
        "deadline": "2027-06-30",
        "district": "郫都区",
        "enterprise_name": "成都示例科技有限公司",
        "contact_name": "张先生",
        "phone": PHONE,
    }


def _duplicate_of(database: Database, demand_no: str) -> str | None:
    with database.read() as session:
        return session.query(Demand).filter_by(demand_no=demand_no).one().duplicate_of


def test_a_draft_is_submitted_once_however_often_it_is_tried(database: Database, intake: IntakeService) -> None:
    first = intake.submit(SENDER, _draft(1), STATION, None)
    assert intake.submit(SENDER, _draft(1), STATION, None) == first
    with database.read() as session:
        assert session.query(Demand).count() == 1


def test_parallel_submissions_get_numbers_without_gaps(database: Database, intake: IntakeService) -> None:
    def submit(number: int) -> str:
        return str(intake.submit(f"wx:person-{number}", _draft(number), STATION, None)["demand_no"])

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(submit, range(24)))
    day = numbers[0].rsplit("-", 1)[0]
    assert numbers == [f"{day}-{number:04d}" for number in range(1, 25)]


def test_a_like_need_of_the_same_enterprise_is_a_suspected_duplicate(database: Database, intake: IntakeService) -> None:
    first = intake.submit(SENDER, _draft(1), STATION, None)["demand_no"]
    again = intake.submit(SENDER, _draft(2, "极片涂布的厚度总是不均匀，边缘偏厚，良品率只有九成"), STATION, None)
    other = intake.submit(SENDER, _draft(3, "污水处理站氨氮超标，换了两次菌种也没有用处"), STATION, None)
    assert _duplicate_of(database, again["demand_no"]) == first
    assert _duplicate_of(database, other["demand_no"]) is None


def test_the_newest_of_several_like_needs_is_named(database: Database, intake: IntakeService) -> None:
    numbers = [intake.submit(SENDER, _draft(number), STATION, None)["demand_no"] for number in range(3)]
    assert _duplicate_of(database, numbers[-1]) == numbers[-2]
