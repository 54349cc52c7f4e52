"""What a demand is routed by: the person's own words."""

from collections.abc import Iterable

from bot.core.proposal import propose_title
from bot.core.routing import RouteQuery


def query_of_demand(
    problem: str,
    goal: str | None = None,
    title: str | None = None,
    category: str | None = None,
    district: str | None = None,
    *,
    enterprise_name: str | None = None,
    exclude: Iterable[str] = (),
    chosen: str | None = None,
) -> RouteQuery:
    """Problem and goal, and the title when a person wrote it.

    A proposed title only says the problem again, with words like 问题诊断 that no enterprise meant: with it,
    three candidates hold the right station in .86 of 125 demands, without it in .90.
    """
    text = "。".join(part for part in (problem, goal) if part)
    proposed = {propose_title(problem, wish, name) for wish in {goal, None} for name in {enterprise_name, None}}
    told = None if title in proposed else title
    return RouteQuery(text, told, category, district, frozenset(exclude), chosen)
