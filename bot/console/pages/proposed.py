"""Experts and results that are proposed for a demand, on its pages."""

import logging

from bot.console.context import Context
from bot.console.pages.talent import PLACES
from bot.core.talent import Kind, Proposal
from bot.services.demand_proposals import proposals_of

log = logging.getLogger(__name__)
TITLES = {Kind.EXPERT: "专家", Kind.RESULT: "成果"}


def proposals(here: Context, demand_no: str) -> list[tuple[Kind, str, str, list[Proposal]]]:
    """(kind, title, address, up to three) of what there is; nothing for a demand that is over.

    What goes wrong here never keeps anybody from the demand.
    """
    try:
        found = proposals_of(here.db, here.services.talent, demand_no)
    except Exception as error:
        log.error("nothing can be proposed for %s: %s", demand_no, type(error).__name__)
        return []
    return [(kind, TITLES[kind], PLACES[kind], some) for kind, some in found.items()]
