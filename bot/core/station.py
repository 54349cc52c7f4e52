"""A station as routing and the directory's files see it."""

from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import Any

from bot.core import taxonomy

RUNNING = "运行"
STATUSES = ("筹建", "运行", "暂停", "整改", "到期", "撤销")
LEVELS = ("国家", "省", "市")
KINDS = (
    "学会服务站",
    "院士(专家)工作站",
    "离岸基地工作站",
    "会企创新联盟",
    "协同创新示范基地",
    "会企创新协作基地",
)
GRADES = ("优秀", "良好", "合格", "不合格")
PROFILE_CHARACTERS, TERMS_CHARACTERS = 50, 24
"""Of the text for a whole station, and of its terms at least: the cost of a vector grows with the length."""
DEFAULT_CAPACITY = 10
"""Open cases at most, where the directory does not say."""


@dataclass(frozen=True)
class StationRecord:
    """One row of the directory (product design, "Where a demand goes"); only the first two are required."""

    station_id: str
    name: str
    kind: str = KINDS[0]
    level: str = LEVELS[2]
    society: dict[str, str] = field(default_factory=dict)
    """{name, code, level, category}; empty when the station belongs to none."""
    disciplines: tuple[str, ...] = ()
    """GB/T 13745 codes or words."""
    hightech_fields: tuple[str, ...] = ()
    industry_prefixes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    exclude_keywords: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Categories of demands it takes; empty means all."""
    host_kind: str | None = None
    host_name: str | None = None
    district: str | None = None
    zone: str | None = None
    served_districts: tuple[str, ...] = ()
    """Empty means all of Chengdu."""
    capacity: int = DEFAULT_CAPACITY
    experts: tuple[dict[str, Any], ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    agreement: dict[str, str] = field(default_factory=dict)
    """{no, start, end}, ISO dates."""
    approval: dict[str, str] = field(default_factory=dict)
    """{no, date, by}."""
    plaque_date: date | None = None
    status: str = RUNNING
    status_reason: str | None = None
    yearly_grade: dict[str, str] = field(default_factory=dict)
    """{year: grade}."""
    demo: bool = False
    last_verified: date | None = None
    liaisons: tuple[dict[str, Any], ...] = ()
    """{name, role, telegram_id, wecom_robot, phone, hours, absent_from, absent_until}."""

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """The single things it can do, each with a vector of its own."""
        return tuple(dict.fromkeys((*self.services, *self.keywords))) or self.subjects or (self.name,)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Disciplines by name and industries."""
        return tuple(dict.fromkeys((*map(taxonomy.discipline_name, self.disciplines), *self.industries)))

    @property
    def profile(self) -> str:
        """The station in one text of about PROFILE_CHARACTERS, from services, industries and keywords by turns.

        What stands inside a longer term is not said again.
        """
        able = dict.fromkeys((*self.services, *self.industries) or self.subjects)
        every = able | dict.fromkeys(self.keywords)
        longest = [term for term in every if not any(term in other for other in every if other != term)]
        by_turns = zip_longest((one for one in longest if one in able), (one for one in longest if one not in able))
        said, room = list[str](), max(PROFILE_CHARACTERS - len(self.name), TERMS_CHARACTERS)
        for term in (one for pair in by_turns for one in pair if one):
            if len(term) < room:
                said.append(term)
                room -= len(term) + 1
        return f"{self.name}，擅长{'、'.join(said or longest[:1])}"

    def grade(self) -> str | None:
        """Of the last year that was graded."""
        return self.yearly_grade[max(self.yearly_grade)] if self.yearly_grade else None


KEYS = tuple(column.name for column in fields(StationRecord))
