"""Experts and results that are proposed for a demand."""

from bot.core.case import OVER
from bot.core.demand_query import query_of_demand
from bot.core.talent import Kind, Proposal
from bot.services.talent import TalentService
from models import Database
from models.repositories import demands as stored

Proposed = dict[Kind, list[Proposal]]


def proposals_of(db: Database, talent: TalentService, demand_no: str, *, only_sure: bool = False) -> Proposed:
    """Up to three of each kind, kinds with none left out; nothing for a demand that is over or unknown.

    Computes for some 30 ms, seconds when the models are cold: never to be called inside a transaction.
    """
    with db.read() as session:
        demand = stored.by_number(session, demand_no)
        if demand is None or demand.state in OVER:
            return {}
        name = demand.enterprise.name if demand.enterprise else None
        query = query_of_demand(demand.problem, demand.goal, demand.title, enterprise_name=name)
        society = demand.station.society.name if demand.station and demand.station.society else None
    found = {kind: talent.propose(kind, query, society, only_sure=only_sure) for kind in Kind}
    return {kind: some for kind, some in found.items() if some}
