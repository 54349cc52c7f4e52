"""What a demand is routed by."""

import pytest

from bot.core.demand_query import query_of_demand
from bot.core.proposal import propose_title

PROBLEM = "热处理后齿轮变形大，磨不过来"


@pytest.mark.parametrize("goal", [None, "变形控制在0.05mm以内"])
@pytest.mark.parametrize("enterprise", [None, "成都示例齿轮厂"])
def test_a_proposed_title_adds_nothing(goal: str | None, enterprise: str | None) -> None:
    title = propose_title(PROBLEM, None, enterprise)
    query = query_of_demand(PROBLEM, goal, title, enterprise_name=enterprise)
    assert query.whole == "。".join(part for part in (PROBLEM, goal) if part)


def test_a_title_that_a_person_wrote_counts() -> None:
    assert query_of_demand(PROBLEM, None, "渗碳淬火工艺").whole == f"渗碳淬火工艺。{PROBLEM}"


def test_places_and_wishes_come_along() -> None:
    query = query_of_demand(PROBLEM, category="技术攻关", district="新都区", exclude=["S1"], chosen="S2")
    assert (query.category, query.district, query.exclude, query.chosen) == (
        "技术攻关",
        "新都区",
        frozenset({"S1"}),
        "S2",
    )
