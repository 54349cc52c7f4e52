"""Codes of the national tables that go with a demand, for staff to confirm."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.routing import rules
from bot.core.societies import SocietyProfile, SocietyTopic
from bot.services.society_bank import SocietyCloseness

Owner = tuple[SocietyProfile, SocietyTopic]


@dataclass(frozen=True)
class CodeGuess:
    """A code with its share (0–1) of the votes of the profiles' nearest phrases."""

    code: str
    share: float


@dataclass(frozen=True)
class CodeGuesses:
    """Likeliest first: GB/T 13745 disciplines, GB/T 4754 industries, second-level hightech fields."""

    disciplines: tuple[CodeGuess, ...] = ()
    industries: tuple[CodeGuess, ...] = ()
    hightech: tuple[CodeGuess, ...] = ()

    def proposed_disciplines(self) -> list[str]:
        """Those that are likely enough to be put before staff (data/routing.json, "codes")."""
        return [one.code for one in self.disciplines if one.share >= float(rules()["codes"]["discipline_from"])]

    def proposed_industry(self) -> str | None:
        """The likeliest, if it is likely enough."""
        best = next(iter(self.industries), None)
        return best.code if best and best.share >= float(rules()["codes"]["industry_from"]) else None


def codes_of(near: SocietyCloseness) -> CodeGuesses:
    """By the votes of the nearest phrases: nearer ones count more, a society that seldom serves enterprises less."""
    return CodeGuesses(
        _voted(near, lambda owner: owner[0].disciplines),
        _voted(near, lambda owner: owner[0].industries),
        _voted(near, lambda owner: (owner[1].field,)),
    )


def _voted(near: SocietyCloseness, codes: Callable[[Owner], Sequence[str]]) -> tuple[CodeGuess, ...]:
    weights = rules()["codes"]
    order = np.argsort(-near.phrases, kind="stable")[: weights["nearest"]]
    votes: defaultdict[str, float] = defaultdict(float)
    for place in order:
        owner = near.bank.owners[int(place)]
        vote = weights["reach"][owner[0].reach] * np.exp(
            weights["sharpness"] * (near.phrases[place] - near.phrases[order[0]])
        )
        for code in codes(owner):
            votes[code] += float(vote) / len(codes(owner))
    total = sum(votes.values())
    ranked = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))[: weights["shown"]]
    return tuple(CodeGuess(code, round(vote / total, 3)) for code, vote in ranked)
