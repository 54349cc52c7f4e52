"""What the national societies cover, and which of them a society of the province or the city corresponds to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal

from bot.core import taxonomy
from bot.core.station import StationRecord

FOLDER = taxonomy.DATA / "societies"
Reach = Literal["main", "special", "seldom"]
"""How much of what enterprises ask for falls to a society: its trade, a speciality, hardly anything."""
_BODY = "(?:学会|协会|研究会|促进会|联合会|基金会)"
_SEGMENT = re.compile(rf"^(?:示例·)?(?:四川省?|成都市?|中国|中华|国际)?(?P<subject>.*?)(?P<body>{_BODY})")
_LINKS = re.compile("[|与和及、学]")
_GENERAL = re.compile("科学|技术|工程|科技|应用")


@dataclass(frozen=True)
class SocietyTopic:
    """One thing a society covers: `field` is a code of the hightech table, `own` a field of the form beside it."""

    name: str
    field: str
    own: str | None
    phrases: tuple[str, ...]
    """Terms of the trade and what is wrong, in the words of enterprises."""


@dataclass(frozen=True)
class SocietyProfile:
    """A national society by its code (data/national_societies.csv) and what it covers; written for 助力通."""

    code: str
    name: str
    reach: Reach
    disciplines: tuple[str, ...]
    industries: tuple[str, ...]
    topics: tuple[SocietyTopic, ...]

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Names of the topics and all their phrases, each once."""
        return tuple(dict.fromkeys(text for topic in self.topics for text in (topic.name, *topic.phrases)))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Hightech codes of the topics."""
        return tuple(dict.fromkeys(topic.field for topic in self.topics))


def named_stations() -> list[StationRecord]:
    """The national societies as a directory that says no more of each than its name and code."""
    found = taxonomy.national_societies().items()
    return [StationRecord(code, name, society={"name": name, "code": code}) for code, name in found]


@cache
def profiles() -> Mapping[str, SocietyProfile]:
    """Code → profile, in the order of the codes."""
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    read = sorted((_profile(json.loads(line)) for line in lines if line), key=lambda one: one.code)
    return MappingProxyType({one.code: one for one in read})


def _profile(row: dict[str, Any]) -> SocietyProfile:
    topics = tuple(
        SocietyTopic(one["name"], one["field"], one.get("own"), tuple(one["phrases"])) for one in row["topics"]
    )
    return SocietyProfile(
        row["code"], row["name"], row["reach"], tuple(row["disciplines"]), tuple(row["industries"]), topics
    )


def counterparts(society: Mapping[str, str], station_name: str = "") -> tuple[str, ...]:
    """Codes of the national societies that a station's society stands for, in the order of its name.

    By its code, else by its name, else by the station's: 成都市化学化工学会 → 中国化学会 and 中国化工学会.
    """
    code = society.get("code", "")
    if code in profiles():
        return (code,)
    return _by_name(society.get("name", "")) or _by_name(station_name)


@cache
def _by_name(name: str) -> tuple[str, ...]:
    exact = next((code for code, one in profiles().items() if one.name == name), None)
    if exact:
        return (exact,)
    found = _SEGMENT.match(name)
    if not found:
        return ()
    subject = found["subject"] + ("学" if found["body"] == "学会" else "")
    return _composed(subject, _subjects(), keep=True) or _composed(subject, _loose_subjects(), keep=False)


def _composed(subject: str, known: Mapping[str, str], keep: bool) -> tuple[str, ...]:
    """The societies whose subjects make up the whole of `subject`; general words count only when `keep`."""
    rest, found = subject, []
    for name in sorted(known, key=len, reverse=True):
        if name in rest:
            found.append((subject.find(name), known[name]))
            rest = rest.replace(name, "|", 1)
    rest = _LINKS.sub("", rest if keep else _GENERAL.sub("", rest))
    return tuple(code for _, code in sorted(found)) if found and not rest else ()


@cache
def _subjects() -> dict[str, str]:
    """机械工程 → B-01; one character keeps its 学: 林学 → C-02."""
    found: dict[str, str] = {}
    for code, one in profiles().items():
        bare = re.sub(rf"{_BODY}$", "", re.sub("^(?:中国|中华|国际)", "", one.name))
        found[bare if len(bare) > 1 else f"{bare}学"] = code
    return found


@cache
def _loose_subjects() -> dict[str, str]:
    """食品 → B-50 (of 食品科学技术), where no other society is left with the same word."""
    found: dict[str, list[str]] = {}
    for name, code in _subjects().items():
        found.setdefault(_GENERAL.sub("", name).removesuffix("学"), []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(name) > 1 and len(codes) == 1}
