"""Contacts of demands."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.demands import Demand


def demand_with_contact(session: Session, demand_no: str) -> Demand | None:
    query = (
        select(Demand)
        .where(Demand.demand_no == demand_no)
        .options(joinedload(Demand.contact), joinedload(Demand.station))
    )
    return session.scalar(query)
