"""Contacts of demands and the agreements to share them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.demands import Demand
from models.parties import Consent


def demand_with_contact(session: Session, demand_no: str) -> Demand | None:
    query = (
        select(Demand)
        .where(Demand.demand_no == demand_no)
        .options(joinedload(Demand.contact), joinedload(Demand.station))
    )
    return session.scalar(query)


def is_shared(session: Session, demand_id: int, station_id: str) -> bool:
    """Whether the enterprise agreed to share the contact with this very station (PIPL art. 23).

    The latest answer for the station counts.
    """
    query = (
        select(Consent)
        .where(
            Consent.kind == "share",
            Consent.demand_id == demand_id,
            Consent.station_id == station_id,
        )
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    )
    latest = session.scalar(query)
    return latest is not None and latest.given and latest.withdrawn_at is None
