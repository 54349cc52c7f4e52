"""What the intake proposes from a person's own words: a title and a category."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.core import taxonomy
from bot.core.vague import is_vague

SHORTEST_TITLE, LONGEST_TITLE = 4, 60
DEFAULT_CATEGORY = "技术诊断与咨询"
_CLAUSE_ENDS = re.compile(r"[，,。；;！!？?\n\r\t：:…~～]+|(?<=[^\d.]) +")
_COMPANY = re.compile(r"(?:[\u4e00-\u9fff()（）A-Za-z0-9]{2,30}?)(?:有限责任公司|股份有限公司|有限公司|集团公司)")
_EDGES = re.compile(
    r"^[\s的了是在就把将和与及、,，.。:：;；\-—“”\"'（()）]+|[\s的了呢吗啊嘛呀吧哈撒噻哦和与及、,，.。:：;；\-—“”\"'（(]+$"
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
    trouble = _trouble(clauses)
    phrase = _first(clauses, "trouble") or _first(clauses, "wish") or _first(wishes, "wish")
    if trouble and phrase and re.fullmatch(texts()["bare_wish"], phrase):
        phrase = None
    if phrase is None:
        phrase = _plain(trouble or max(clauses, key=len, default=""))
    if not phrase and subject:
        return _fit(subject + texts()["plain_suffix"])
    return _fit(_about(subject, clauses, phrase))


def _trouble(clauses: list[str]) -> str:
    """The clause that tells of trouble with a thing, not of people or aims."""
    telling = [one for one in clauses if re.search(texts()["trouble_words"], one)]
    telling = [one for one in telling if not re.search(texts()["beside_the_point"], one)]
    return next((one for one in telling if not is_vague(one)), telling[0] if telling else "")


def _about(subject: str, clauses: list[str], phrase: str) -> str:
    """What it is about in front of what is wrong: 数控铣床 + 主轴发热."""
    first = clauses[0] if clauses else ""
    topic = re.sub(rf"^(?:{texts()['leading']})+", "", first)
    whole = len(clauses) > 1 and len(topic) <= int(texts()["topic_most"])
    told_apart = topic not in phrase and not re.search(rf"{texts()['trouble_words']}|{texts()['wish_words']}", first)
    if not subject and whole and told_apart and not re.search(texts()["beside_the_point"], topic):
        subject = topic
    shared = next((size for size in range(len(subject), 1, -1) if phrase.startswith(subject[-size:])), 0)
    if shared:
        return subject + phrase[shared:]
    return subject + phrase if subject and not _shares_a_word(subject, phrase) else phrase


def _shares_a_word(subject: str, phrase: str) -> bool:
    return any(subject[place : place + 2] in phrase for place in range(len(subject) - 1))


def _plain(clause: str) -> str:
    """The clause as a noun phrase, with what is asked for it."""
    if not clause:
        return ""
    wish = re.search(texts()["wish_words"], clause)
    bare = _nominal(re.sub(rf"^(?:{texts()['leading']})+", "", clause) or clause)
    if re.search(texts()["names_a_service"], bare):
        return bare
    return bare[: int(texts()["title_most"]) - 4] + str(texts()["plain_suffix" if wish else "default_suffix"])


def _nominal(clause: str) -> str:
    """缩水严重 → 缩水, 表面有气泡 → 表面气泡, 轴承烧 → 轴承烧毁."""
    for pattern, replacement in texts()["nominal"]:
        shorter = re.sub(pattern, replacement, clause)
        clause = shorter if len(shorter) > 1 else clause
    return _trim(clause)


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
                parts["x"] = _nominal(re.sub(rf"^(?:{texts()['leading']})+", "", parts["x"]))
                if len(parts["x"]) > 1 and not re.search(texts()["weak"], parts["x"]):
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
