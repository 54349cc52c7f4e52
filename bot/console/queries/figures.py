"""Counts of the overview, the statistics and the metrics; each is the size of a list one can open."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.console.queries import scope
from bot.console.queries.conversations import is_reviewed_or_false
from bot.console.queries.demands import is_overdue
from bot.console.queries.funnel import FUNNEL, got_to
from bot.console.queries.period import end_of, start_of
from bot.console.queries.stations import agreement_ends_until
from bot.core import agreement
from bot.core.calendar import chengdu_date
from bot.core.case import STAFF_QUEUE
from bot.core.roles import Right, Viewer
from models import Conversation, Database, Demand, Notice, Station


@dataclass(frozen=True)
class Today:
    """The overview's figures."""

    new_demands: int
    awaiting_pickup: int
    overdue: int
    queue: int
    at_work: int
    closed: int
    conversations: int
    handoffs: int
    to_review: int
    dead_notices: int
    stations: int
    agreements: int
    """Stations whose agreement ended or is about to."""


@dataclass(frozen=True)
class Stats:
    """Counts over a period of submission."""

    total: int
    funnel: dict[str, int]
    by_state: dict[str, int]
    by_field: dict[str, int]
    by_category: dict[str, int]
    by_district: dict[str, int]
    by_day: dict[str, int]
    overdue: int
    average_score: float | None


def today(db: Database, viewer: Viewer, day: date, now: datetime) -> Today:
    mine = scope.demands(viewer)
    with db.read() as session:

        def demands(*conditions: ColumnElement[bool]) -> int:
            return _count(session, select(func.count(Demand.id)).where(mine, *conditions))

        def stations(*conditions: ColumnElement[bool]) -> int:
            return _count(session, select(func.count(Station.id)).where(scope.stations(viewer), *conditions))

        talks = viewer.may(Right.CONVERSATIONS)
        return Today(
            new_demands=demands(Demand.submitted_at >= start_of(day)),
            awaiting_pickup=demands(Demand.state == "awaiting_pickup"),
            overdue=demands(is_overdue(now)),
            queue=demands(Demand.state.in_(STAFF_QUEUE)),
            at_work=demands(Demand.state.in_(("taken", "contacted", "diagnosing", "matching"))),
            closed=demands(Demand.state == "closed"),
            conversations=_conversations(session, Conversation.last_at >= start_of(day)) if talks else 0,
            handoffs=_conversations(session, Conversation.handoff != "none") if talks else 0,
            to_review=_conversations(session, ~is_reviewed_or_false()) if talks else 0,
            dead_notices=_count(session, select(func.count(Notice.id)).where(Notice.state == "dead")),
            stations=stations(),
            agreements=stations(agreement_ends_until(agreement.told_until(day))),
        )


def stats(db: Database, viewer: Viewer, since: date | None, until: date | None, now: datetime) -> Stats:
    """Demands submitted from the first to the last day, both included, within what the viewer may see."""
    conditions = [scope.demands(viewer)]
    if since:
        conditions.append(Demand.submitted_at >= start_of(since))
    if until:
        conditions.append(Demand.submitted_at < end_of(until))
    with db.read() as session:
        counted = select(func.count(Demand.id)).where(*conditions)
        return Stats(
            total=_count(session, counted),
            funnel={step: _count(session, counted.where(got_to(step))) for step in FUNNEL},
            by_state=_grouped(session, Demand.state, conditions),
            by_field=_grouped(session, Demand.field, conditions),
            by_category=_grouped(session, Demand.category, conditions),
            by_district=_grouped(session, Demand.district, conditions),
            by_day=_by_day(session, conditions),
            overdue=_count(session, counted.where(is_overdue(now))),
            average_score=_average_score(session, conditions),
        )


def gauges(db: Database) -> dict[str, dict[str, int]]:
    """For the metrics: demands, notices and conversations by state."""
    with db.read() as session:
        talks = session.execute(select(Conversation.handoff, func.count()).group_by(Conversation.handoff))
        notices = session.execute(select(Notice.state, func.count()).group_by(Notice.state))
        return {
            "demands": _grouped(session, Demand.state, []),
            "notices": dict(notices.all()),
            "conversations": dict(talks.all()),
        }


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0


def _conversations(session: Session, condition: ColumnElement[bool]) -> int:
    return _count(session, select(func.count(Conversation.id)).where(condition))


def _grouped(
    session: Session, column: InstrumentedAttribute[str], conditions: list[ColumnElement[bool]]
) -> dict[str, int]:
    query = select(column, func.count()).where(*conditions).group_by(column)
    return dict(session.execute(query.order_by(func.count().desc(), column)).all())


def _by_day(session: Session, conditions: list[ColumnElement[bool]]) -> dict[str, int]:
    """Days in Chengdu, oldest first."""
    days: dict[str, int] = {}
    for moment in session.scalars(select(Demand.submitted_at).where(*conditions)):
        day = chengdu_date(moment).isoformat()
        days[day] = days.get(day, 0) + 1
    return dict(sorted(days.items()))


def _average_score(session: Session, conditions: list[ColumnElement[bool]]) -> float | None:
    average = session.scalar(select(func.avg(Demand.score)).where(*conditions, Demand.score.is_not(None)))
    return round(float(average), 2) if average is not None else None
