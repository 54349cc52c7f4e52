"""The one question that would decide between the stations that fit best."""

from collections.abc import Sequence
from typing import Any

from bot.core.ranking import Ranked, alike
from bot.core.routing import TOPICS_JOINED, Choice, Question, rules

TOPICS_MOST = 2


def deciding_question(ranked: Sequence[Ranked]) -> Question | None:
    """Asked when two or three unlike stations are close, all fit, the next is behind, and their topics differ.

    `ranked` is the order by score; the limits are in data/routing.json, "question". The answer goes back in
    RouteQuery.chosen.
    """
    limits: dict[str, Any] = rules()["question"]
    apart: list[Ranked] = []
    for one in ranked:
        if not any(alike(one, other) for other in apart):
            apart.append(one)
    if not apart or apart[0].score < limits["fits_from"]:
        return None
    for count in range(2, limits["choices_most"] + 1):
        if len(apart) < count or apart[0].score - apart[count - 1].score > limits["closer_than"]:
            return None
        if len(apart) == count or apart[count - 1].score - apart[count].score >= limits["ahead_by"]:
            return _question(apart[:count], limits["text"])
    return None


def _question(choices: Sequence[Ranked], text: str) -> Question | None:
    given = []
    for one in choices:
        topics = _own_topics(one, [other for other in choices if other is not one])
        if not topics:
            return None
        given.append(Choice(one.evidence.standing.station.station_id, TOPICS_JOINED.join(topics)))
    return Question(text, tuple(given))


def _own_topics(one: Ranked, others: Sequence[Ranked]) -> list[str]:
    """Up to two of this station's things, nearest first, that sound like none of the others' nearest."""
    theirs = [topic for other in others for topic in _nearest(other)]
    found: list[str] = []
    for topic in (*_nearest(one), *one.evidence.standing.station.topics):
        if len(topic) > 1 and not any(topic in other or other in topic for other in (*theirs, *found)):
            found.append(topic)
    return found[:TOPICS_MOST]


def _nearest(one: Ranked) -> tuple[str, ...]:
    return (*one.evidence.exact, *one.evidence.near_topics)
