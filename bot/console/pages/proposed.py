"""Experts and results that are proposed for a demand, on its pages."""

import logging
from typing import Any

from bot.console.context import Context
from bot.console.pages.talent import PLACES
from bot.console.queries import talent
from bot.core.case import OVER
from bot.core.demand_query import query_of_demand
from bot.core.talent import Kind, Proposal

log = logging.getLogger(__name__)
TITLES = {Kind.EXPERT: "专家", Kind.RESULT: "成果"}


def proposals(here: Context, record: dict[str, Any]) -> list[tuple[Kind, str, str, list[Proposal]]]:
    """(kind, title, address, up to three) of what there is; nothing for a demand that is over.

    What goes wrong here never keeps anybody from the demand.
    """
    if record["state"] in OVER:
        return []
    query = query_of_demand(
        record["problem"], record["goal"], record["title"], enterprise_name=record["enterprise_name"]
    )
    try:
        society = talent.society_of(here.db, record["station_id"]) if record["station_id"] else None
        found = [(kind, here.services.talent.propose(kind, query, society)) for kind in Kind]
    except Exception as error:
        log.error("nothing can be proposed for %s: %s", record["demand_no"], type(error).__name__)
        return []
    return [(kind, TITLES[kind], PLACES[kind], some) for kind, some in found if some]
