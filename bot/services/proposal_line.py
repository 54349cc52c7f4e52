"""The line of a liaison's message that names whom to ask and what to use."""

from bot.core.assignment import settings
from bot.core.talent import Kind, Proposal
from bot.core.wording import shorten
from bot.outbox import texts
from bot.services.demand_proposals import Proposed

IN_GROUPS = frozenset({"wecom"})
"""Channels that a whole group reads: experts stand there by code, without their name."""


def proposal_line(found: Proposed, channel: str) -> str:
    """The best one or two of each kind on one line; empty when there is nothing.

    Never a way to reach an expert: the bases hold none, and the society is asked behind the link.
    """
    parts = []
    if experts := found.get(Kind.EXPERT):
        parts.append(texts.liaison("experts", names="、".join(_expert(one, channel) for one in experts)))
    if results := found.get(Kind.RESULT):
        parts.append(texts.liaison("results", names="、".join(map(_result, results))))
    return texts.liaison("proposals", what="；".join(parts)) if parts else ""


def _expert(one: Proposal, channel: str) -> str:
    about = [shorten(part, _longest("part")) for part in (*one.topics[:1], one.unit or one.society) if part]
    name = one.code if channel in IN_GROUPS else shorten(one.name, _longest("name"))
    return texts.liaison("expert", name=name, about="，".join(about)) if about else name


def _result(one: Proposal) -> str:
    return texts.liaison("result", name=shorten(one.name, _longest("name")), code=one.code)


def _longest(what: str) -> int:
    return int(settings()["talent"]["in_message"][f"longest_{what}"])
