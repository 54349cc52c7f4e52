"""How far a demand got: 收集→受理→派站→签收→对接→达成→办结."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists, or_

from bot.core.case import State
from models import CaseEvent, Demand

FUNNEL: Mapping[str, tuple[State, ...]] = {
    "collected": (),
    "accepted": (State.ACCEPTED,),
    "assigned": (State.AWAITING_PICKUP,),
    "taken": (State.TAKEN,),
    "matched": (State.CONTACTED, State.DIAGNOSING, State.MATCHING, State.LONG_TERM),
    "agreed": (State.AGREED,),
    "closed": (State.CLOSED, State.ARCHIVED),
}
"""Steps and the states that show a demand got there."""
LADDER = ("accepted", "assigned", "taken", "matched", "agreed")
"""Who reached a later one of these reached the earlier ones; 办结 stands alone, one can close without 达成."""


def got_to(step: str) -> ColumnElement[bool]:
    """A condition on Demand, by its present state and its history."""
    if step == "collected":
        return Demand.id.is_not(None)
    later = LADDER[LADDER.index(step) :] if step in LADDER else (step,)
    states = {state for name in later for state in FUNNEL[name]}
    happened = exists().where(CaseEvent.demand_id == Demand.id, CaseEvent.state_to.in_(states))
    return or_(Demand.state.in_(states), happened)
