"""Proposes title, category, field and keywords for a need, from the person's own words."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.core.proposal import Proposal, guess_category, propose_title, texts
from bot.core.routing import FieldGuess, RouteQuery
from bot.services import vectors
from bot.services.background import background
from bot.services.codes import CodeGuesses, codes_of
from bot.services.fields import by_name, fields_of
from bot.services.matching import no_field
from bot.services.routing import default_encoders
from bot.services.society_bank import society_bank
from bot.services.trouble_bank import trouble_bank
from bot.services.vectors import Encoders
from bot.services.words import tagged

MOST_KEYWORDS = 5
LONGEST_KEYWORD = 8
SHORTEST_TEXT = 4
_NOUNS = frozenset(("n", "nz", "vn", "eng", "nl", "ng", "an", "j", "x_term"))
_PLAIN = re.compile(r"[A-Za-z0-9\u4e00-\u9fff+#-]{2,15}")


class Proposals:
    """Encoders are loaded at the first field; everything else is rules."""

    def __init__(self, encoders: Callable[[], Encoders] = default_encoders, cache_dir: Path | None = None) -> None:
        self._encoders = encoders
        self._cache_dir = cache_dir

    def propose(self, problem: str, goal: Any = None, enterprise_name: str | None = None) -> Proposal:
        """Everything for one need; `goal` is a text or a list of indicators {name, op, value, unit}."""
        wish = goal if isinstance(goal, str) else _wish(goal)
        text = "。".join(part for part in (problem, wish) if part)
        without_name = text.replace(enterprise_name, "") if enterprise_name else text
        return Proposal(
            title=propose_title(problem, wish, enterprise_name),
            category=guess_category(without_name)[0],
            field=self.field(without_name).name,
            keywords=keywords(without_name),
        )

    def codes(self, text: str) -> CodeGuesses:
        """Codes of the national tables; none when there is nothing to judge by."""
        if sum(sign.isalnum() for sign in text) < SHORTEST_TEXT:
            return CodeGuesses()
        encoders = self._encoders()
        row = trouble_bank(encoders).row(RouteQuery(text))
        return codes_of(society_bank(encoders).measure(row), text)

    def field(self, text: str) -> FieldGuess:
        """The likeliest field; 其他 when there is nothing to judge by."""
        return self.fields(text)[0][0]

    def fields(self, text: str) -> list[tuple[FieldGuess, float]]:
        """All fields, likeliest first, with shares that sum to 1."""
        return by_name(self._shares(RouteQuery(text)))

    def national_fields(self, query: RouteQuery) -> list[str]:
        """Codes of the national table, likeliest first, as routing counts them."""
        return list(dict.fromkeys(guess.code for guess, _ in self._shares(query)))

    def _shares(self, query: RouteQuery) -> list[tuple[FieldGuess, float]]:
        if sum(sign.isalnum() for sign in query.whole) < SHORTEST_TEXT:
            return [(no_field(), 1.0)]
        encoders = self._encoders()
        near = society_bank(encoders).measure(trouble_bank(encoders).row(query))
        plain = vectors.plain_of_query(encoders, query)
        return fields_of(encoders, query, plain, near, background(encoders, self._cache_dir))


def keywords(text: str) -> tuple[str, ...]:
    """One to five words of 2–8 characters that say what the need is about; neighbours are joined (涂布厚度)."""
    found: dict[str, int] = {}
    for place, phrase in enumerate(_phrases(text)):
        found.setdefault(phrase, place)
    inside = {one for one in found for other in found if one != other and one in other}
    kept = [phrase for phrase in found if phrase not in inside][:MOST_KEYWORDS]
    return tuple(kept) or _fallback(text)


def _phrases(text: str) -> list[str]:
    """Runs of nouns, in order."""
    runs: list[list[str]] = [[]]
    for word, kind in tagged(text[:1000]):
        if kind in _NOUNS and word not in texts()["stop_words"] and len("".join(runs[-1]) + word) <= LONGEST_KEYWORD:
            runs[-1].append(word)
        else:
            runs.append([word] if kind in _NOUNS and word not in texts()["stop_words"] else [])
    return [phrase for phrase in map("".join, runs) if _PLAIN.fullmatch(phrase) and not phrase.isdigit()]


def _fallback(text: str) -> tuple[str, ...]:
    found = _PLAIN.search(text)
    return (found.group()[:LONGEST_KEYWORD],) if found else ("其他",)


def _wish(indicators: Sequence[dict[str, Any]] | None) -> str | None:
    names = [str(one.get("name") or "") for one in indicators or () if isinstance(one, dict)]
    return "、".join(filter(None, names)) or None
