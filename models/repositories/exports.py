"""Rows for exports, read in portions."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.demands import Demand
from models.parties import Consent

PORTION = 500


def demands(session: Session) -> Iterator[Demand]:
    """All demands by number with what a record shows, PORTION at a time."""
    last = ""
    while True:
        query = (
            select(Demand)
            .where(Demand.demand_no > last)
            .order_by(Demand.demand_no)
            .limit(PORTION)
            .options(
                joinedload(Demand.contact),
                joinedload(Demand.station),
                joinedload(Demand.liaison),
                selectinload(Demand.attachments),
            )
        )
        rows = session.scalars(query).all()
        yield from rows
        if len(rows) < PORTION:
            return
        last = rows[-1].demand_no
        session.expunge_all()


def consents_of(session: Session, demand: Demand) -> list[dict[str, Any]]:
    """The agreements and refusals that concern a demand: those given for it and the general ones of its sender."""
    mine = Consent.demand_id == demand.id
    if demand.sender_id is not None:
        mine = mine | ((Consent.sender_id == demand.sender_id) & Consent.demand_id.is_(None))
    rows = session.scalars(select(Consent).where(mine).order_by(Consent.id)).all()
    return [
        {
            "kind": row.kind,
            "given": row.given,
            "notice_version": row.notice_version,
            "station_id": row.station_id,
            "at": row.at.isoformat(timespec="seconds"),
            "withdrawn_at": row.withdrawn_at.isoformat(timespec="seconds") if row.withdrawn_at else None,
        }
        for row in rows
    ]
