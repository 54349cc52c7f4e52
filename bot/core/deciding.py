"""The one question that would decide between the two stations that fit best."""

from collections.abc import Sequence
from typing import Any

from bot.core.ranking import Ranked, alike
from bot.core.routing import Choice, Question, rules


def deciding_question(ranked: Sequence[Ranked]) -> Question | None:
    """Asked when two unlike stations are close, both fit, the third is behind, and their topics differ.

    `ranked` is the order by score; the limits are in data/routing.json, "question". The answer goes back in
    RouteQuery.chosen.
    """
    limits: dict[str, Any] = rules()["question"]
    first, *rest = ranked
    others = [one for one in rest if not alike(first, one)]
    if not others or first.score < limits["fits_from"]:
        return None
    second, third = others[0], next(iter(others[1:]), None)
    if first.score - second.score > limits["closer_than"]:
        return None
    if third and second.score - third.score < limits["ahead_by"]:
        return None
    topics = [_topic(first, second), _topic(second, first)]
    if None in topics:
        return None
    choices = tuple(
        Choice(one.evidence.standing.station.station_id, topic)
        for one, topic in zip((first, second), topics, strict=True)
        if topic
    )
    return Question(limits["text"], choices)


def _topic(one: Ranked, other: Ranked) -> str | None:
    """What of this station's nearest things the other one does not have."""
    theirs = {*other.evidence.near_topics, *other.evidence.exact}
    mine = (*one.evidence.exact, *one.evidence.near_topics)
    return next((topic for topic in mine if topic not in theirs and len(topic) > 1), None)
