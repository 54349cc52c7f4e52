"""Codes of the national tables that go with a demand, for staff to confirm."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core import lay_words, taxonomy
from bot.core.proposal import texts
from bot.core.routing import rules
from bot.core.societies import SocietyProfile, SocietyTopic
from bot.services.society_bank import SocietyCloseness

Owner = tuple[SocietyProfile, SocietyTopic]
Votes = Mapping[str, float]


@dataclass(frozen=True)
class CodeGuess:
    """A code with its share (0–1) of the votes of the profiles' nearest phrases and the words of the text."""

    code: str
    share: float


@dataclass(frozen=True)
class CodeGuesses:
    """Likeliest first: disciplines of GB/T 13745, divisions of GB/T 4754, second levels of the other two tables."""

    disciplines: tuple[CodeGuess, ...] = ()
    industries: tuple[CodeGuess, ...] = ()
    hightech: tuple[CodeGuess, ...] = ()
    strategic: tuple[CodeGuess, ...] = ()
    branch: CodeGuess | None = None
    """Second level of the likeliest discipline, where words of the text name one."""
    group: CodeGuess | None = None
    """Group (third level) of the likeliest industry, where the text names its product."""

    def proposed_disciplines(self) -> list[str]:
        """Those that are likely enough to be put before staff (data/routing.json, "codes"), with the branch."""
        found = [one.code for one in self.disciplines if one.share >= float(rules()["codes"]["discipline_from"])]
        return [*found, self.branch.code][:3] if self.branch and self.branch.code[:3] in found else found

    def proposed_industry(self) -> str | None:
        """The likeliest, if it is likely enough; its group where that is sure."""
        best = next(iter(self.industries), None)
        if best is None or best.share < float(rules()["codes"]["industry_from"]):
            return None
        return self.group.code if self.group else best.code

    def proposed_strategic(self) -> str | None:
        """The likeliest strategic industry, if it is likely enough; many demands belong to none."""
        best = next(iter(self.strategic), None)
        return best.code if best and best.share >= float(_weights()["strategic_from"]) else None


def codes_of(near: SocietyCloseness, text: str = "") -> CodeGuesses:
    """By the votes of the nearest phrases (nearer ones count more, seldom societies less) and the words of the text."""
    words, most = lay_words.found_in(text), float(_weights()["words"])
    said = ((word.discipline[:3], word.weight) for word in words)
    disciplines = _with(_voted(near, lambda one: one[0].disciplines), said, most)
    named = lay_words.groups_in(text)
    divisions = [*((word.industry, word.weight) for word in words), *((code[:3], 1.0) for code in named)]
    industries = _ranked(_with(_voted(near, lambda one: _divisions(one[0])), divisions, most))
    strategic = _voted(near, lambda one: taxonomy.strategic_of(one[1].field, one[1].own))
    new = ((code, 1.0) for code in lay_words.strategic_in(text))
    first = _ranked(disciplines)
    return CodeGuesses(
        first,
        industries,
        _ranked(_voted(near, lambda one: (one[1].field,))),
        _ranked(_with(strategic, new, float(_weights()["strategic_words"]))),
        _below(first, [(word.discipline, word.weight) for word in words]),
        _below(industries, [(code, 1.0) for code in named]),
    )


def _divisions(society: SocietyProfile) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code[:3] for code in society.industries))


def _voted(near: SocietyCloseness, codes: Callable[[Owner], Sequence[str]]) -> Votes:
    """Shares that sum to 1, less where phrases stand for no code."""
    weights = rules()["codes"]
    order = np.argsort(-near.phrases, kind="stable")[: weights["nearest"]]
    votes: defaultdict[str, float] = defaultdict(float)
    total = 0.0
    for place in order:
        owner = near.bank.owners[int(place)]
        vote = weights["reach"][owner[0].reach] * np.exp(
            weights["sharpness"] * (near.phrases[place] - near.phrases[order[0]])
        )
        total += float(vote)
        for code in codes(owner):
            votes[code] += float(vote) / len(codes(owner))
    return {code: vote / total for code, vote in votes.items()}


def _with(votes: Votes, said: Iterable[tuple[str, float]], most: float) -> Votes:
    """The votes with those of words; the more words, the more they count, up to `most` times the phrases."""
    pairs = list(said)
    total = sum(weight for _, weight in pairs)
    found = defaultdict(float, votes)
    for code, weight in pairs:
        found[code] += most * weight / (1 + total)
    whole = 1 + most * total / (1 + total)
    return {code: vote / whole for code, vote in found.items()}


def _ranked(votes: Votes) -> tuple[CodeGuess, ...]:
    ranked = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))[: rules()["codes"]["shown"]]
    return tuple(CodeGuess(code, round(vote, 3)) for code, vote in ranked)


def _below(first: Sequence[CodeGuess], said: Sequence[tuple[str, float]]) -> CodeGuess | None:
    """What words say most often under the likeliest code, if they say one thing more often than any other."""
    if not first:
        return None
    votes: defaultdict[str, float] = defaultdict(float)
    for code, weight in said:
        if code.startswith(first[0].code) and len(code) > len(first[0].code):
            votes[code] += weight
    best = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return CodeGuess(best[0][0], round(first[0].share * best[0][1] / sum(votes.values()), 3))


def _weights() -> Mapping[str, float]:
    found: Mapping[str, float] = texts()["codes"]
    return found
