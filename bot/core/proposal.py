"""What the intake proposes from a person's own words: a title and a category."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.core import taxonomy

SHORTEST_TITLE, LONGEST_TITLE = 4, 60
DEFAULT_CATEGORY = "技术诊断与咨询"
_CLAUSE_ENDS = re.compile(r"[，,。；;！!？?\n\r\t：:…~～]+|(?<=[^\d.]) +")
_COMPANY = re.compile(r"(?:[\u4e00-\u9fff()（）A-Za-z0-9]{2,30}?)(?:有限责任公司|股份有限公司|有限公司|集团公司)")
_EDGES = re.compile(
    r"^[\s的了是在就把将和与及、,，.。:：;；\-—“”\"'（()）]+|[\s的了呢吗啊嘛呀吧哈和与及、,，.。:：;；\-—“”\"'（(]+$"
)
_PLACE = "在?(?:四川省?)?(?:成都市?)?(?:{names})(?:这边|这里|里面|境内)?的?"


@dataclass(frozen=True)
class Proposal:
    """Title (4–60 characters), category, field and 1–5 keywords, for the person to confirm."""

    title: str
    category: str
    field: str
    keywords: tuple[str, ...]


@cache
def texts() -> dict[str, Any]:
    """Patterns and words (data/proposals.json)."""
    found: dict[str, Any] = json.loads((taxonomy.DATA / "proposals.json").read_text(encoding="utf-8"))
    return found


def guess_category(text: str) -> tuple[str, float]:
    """One of bot.core.demand.CATEGORIES with a confidence 0–1; a need without any sign asks for diagnosis."""
    votes: dict[str, float] = {}
    for category, weight, pattern in texts()["categories"]:
        hits = len(re.findall(pattern, text))
        if hits:
            votes[category] = votes.get(category, 0) + weight * (1 + 0.5 * min(hits - 1, 2))
    if not votes:
        return DEFAULT_CATEGORY, 0.2
    best = max(votes, key=lambda name: votes[name])
    return best, round(votes[best] / (sum(votes.values()) + 1), 2)


def propose_title(problem: str, goal: str | None = None, enterprise_name: str | None = None) -> str:
    """A short noun phrase for the need; never only a name, place or greeting."""
    subject, clauses = _read(problem, enterprise_name)
    _, wishes = _read(goal or "", enterprise_name)
    phrase = _first(clauses, "trouble") or _first(clauses, "wish") or _first(wishes, "wish")
    if phrase is None:
        phrase = _plain(clauses)
    if not phrase and subject:
        return _fit(subject + texts()["plain_suffix"])
    if subject and not set(subject) & set(phrase):
        phrase = subject + phrase
    return _fit(phrase)


def _plain(clauses: list[str]) -> str:
    """The clause that tells of trouble, or the longest, with what is asked for it."""
    clause = next(
        (one for one in clauses if re.search(texts()["trouble_words"], one)), max(clauses, key=len, default="")
    )
    if not clause:
        return ""
    wish = re.search(texts()["wish_words"], clause)
    bare = re.sub(rf"^(?:{texts()['leading']})+", "", clause)
    return (bare or clause)[: int(texts()["title_most"]) - 4] + str(
        texts()["plain_suffix" if wish else "default_suffix"]
    )


def _read(text: str, enterprise_name: str | None) -> tuple[str, list[str]]:
    """What the enterprise makes, if it says so, and the clauses about the need."""
    subject, clauses = "", []
    for clause in _CLAUSE_ENDS.split(text):
        told = _clean(clause, enterprise_name)
        bare = _trim(told)
        found = next(filter(None, (re.search(pattern, told) for pattern in texts()["subject"])), None)
        if found and not subject:
            subject = _trim(found["x"])
        elif len(bare) > 1:
            clauses.append(bare)
    return subject, clauses


def _clean(clause: str, enterprise_name: str | None) -> str:
    bare = clause.replace(enterprise_name, "") if enterprise_name else clause
    bare = _COMPANY.sub("", bare)
    bare = re.sub(_place_pattern(), "", bare)
    for pattern in texts()["noise"]:
        bare = re.sub(pattern, "", bare)
    return bare.strip()


@cache
def _place_pattern() -> str:
    names = sorted(taxonomy.districts(), key=len, reverse=True)
    return _PLACE.format(names="|".join(map(re.escape, names)))


def _first(clauses: list[str], kind: str) -> str | None:
    for clause in clauses:
        for pattern, shape in texts()[kind]:
            found = re.search(pattern, clause)
            if found:
                parts = {name: _trim(value or "") for name, value in found.groupdict().items()}
                parts["x"] = re.sub(rf"^(?:{texts()['leading']})+", "", parts["x"])
                if len(parts["x"]) > 1:
                    return str(shape.format(**parts))
    return None


def _trim(text: str) -> str:
    while (trimmed := _EDGES.sub("", text)) != text:
        text = trimmed
    return text


def _fit(title: str) -> str:
    """4–60 characters, at most title_most where that cuts no more than the end."""
    title = _trim(title)
    if len(title) < SHORTEST_TITLE:
        title += texts()["plain_suffix"]
    return title if len(title) <= texts()["title_most"] + 10 else title[: texts()["title_most"]]
