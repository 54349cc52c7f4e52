"""The tables that fields, industries, disciplines and districts are named after."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
OTHER_FIELD = "其他"


@dataclass(frozen=True)
class Entry:
    """One row of a table: code, name, level (1 is the top) and the code above it."""

    code: str
    name: str
    level: int = 1
    parent: str = ""


@dataclass(frozen=True)
class FieldGroup:
    """What belongs together inside one of the demand's fields, in the words of a table or of people."""

    code: str
    field: str
    name: str
    phrases: tuple[str, ...]


@cache
def hightech() -> dict[str, Entry]:
    """国家重点支持的高新技术领域 (2016), three levels, by code."""
    return _entries("hightech_fields.csv")


@cache
def industries() -> dict[str, Entry]:
    """GB/T 4754-2017, four levels, by code (A, A01, A011, A0111)."""
    return _entries("industries.csv")


@cache
def strategic_industries() -> dict[str, Entry]:
    """战略性新兴产业分类 (2018), two levels, by the order of their names (1, 1.1)."""
    return _entries("strategic_industries.csv")


@cache
def disciplines() -> dict[str, Entry]:
    """GB/T 13745-2009 by code, two levels (460, 46025); the second of the sciences, not of all humanities."""
    return _entries("disciplines.csv")


@cache
def _strategic_by_field() -> dict[str, tuple[str, ...]]:
    return {row["field"]: tuple(filter(None, row["industries"].split(";"))) for row in _rows("strategic_by_field.csv")}


def strategic_of(field: str, own: str | None = None) -> tuple[str, ...]:
    """Strategic industries that a second-level hightech field stands nearest to; the form's own field goes first."""
    known = _strategic_by_field()
    return known.get(own or "", known.get(field, ()))


@cache
def national_societies() -> dict[str, str]:
    """Code → name of 中国科协's national societies, as of 2018-01."""
    return {row["code"]: row["name"] for row in _rows("national_societies.csv")}


@cache
def districts() -> dict[str, str]:
    """Every writing of a district of Chengdu → its name in the contract (郫都 → 郫都区)."""
    found: dict[str, str] = {}
    for row in _rows("divisions.csv"):
        for writing in (row["name"], *filter(None, row["aliases"].split(";"))):
            found[writing] = row["name"]
    return found


def district_name(text: str | None) -> str | None:
    """The district's full name, None when it is not one of Chengdu's."""
    bare = (text or "").strip().removeprefix("四川省").removeprefix("四川").removeprefix("成都市")
    known = districts()
    return known.get(bare) or known.get((text or "").strip()) or known.get(bare.removeprefix("成都"))


@cache
def field_codes() -> dict[str, str]:
    """The demand's fields → national code.

    现代农业与食品 and 医疗卫生 count under 20 (生物与新医药), 建筑与城市 under 50 (高技术服务), so that
    figures by national field add up; 其他 is 99.
    """
    national = {entry.name: entry.code for entry in hightech().values() if entry.level == 1}
    own = {row["field"]: row["code"] for row in _rows("field_profiles.csv")}
    return {**own, **national, OTHER_FIELD: "99"}


@cache
def field_groups() -> tuple[FieldGroup, ...]:
    """The national table's second level with its third as phrases, and the everyday phrases beside it."""
    table = hightech()
    names = {entry.code: entry.name for entry in table.values() if entry.level == 1}
    groups = [
        FieldGroup(entry.parent, names[entry.parent], entry.name, _below(entry.code) or (entry.name,))
        for entry in table.values()
        if entry.level == 2
    ]
    for row in _rows("field_profiles.csv"):
        groups.append(FieldGroup(row["code"], row["field"], row["group"], tuple(row["phrases"].split("；"))))
    return tuple(groups)


def discipline_name(code_or_name: str) -> str:
    """The name of a GB/T 13745 code; anything else stays as it is."""
    entry = disciplines().get(code_or_name)
    return entry.name if entry else code_or_name


def national_field(code: str) -> str:
    """First-level code of a hightech code (40108 → 40)."""
    return code[:2]


def _below(code: str) -> tuple[str, ...]:
    return tuple(entry.name for entry in hightech().values() if entry.parent == code)


def _entries(file: str) -> dict[str, Entry]:
    return {
        row["code"]: Entry(row["code"], row["name"], int(row.get("level") or 1), row.get("parent") or "")
        for row in _rows(file)
    }


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
