"""What a simulated person comes with: the values as they are, and how they are said."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import cn2an
import yaml

HERE = Path(__file__).parent
Value = dict[str, Any] | str
SINGLE = (5, 8, 12, 15, 20, 25, 30, 40, 50, 60, 80, 120, 150, 200, 300)
RANGES = ((5, 8), (10, 20), (20, 30), (30, 50), (50, 80), (80, 100), (100, 150), (200, 300))
"""万元."""
NAMES = ("王强", "李工", "张敏", "刘经理", "陈师傅", "赵丽华", "周总", "何建国", "唐小燕", "姓吴", "姓郑", "姓廖")


@dataclass(frozen=True)
class Said:
    """A value and the words for it."""

    value: Value
    words: str
    months: int = 0
    """A deadline that counts from the day on which it is said."""

    def on(self, today: date) -> "Said":
        """The same words, said today."""
        return replace(self, value=_months(today, self.months).isoformat()) if self.months else self


@dataclass
class Truth:
    """One person's demand; `said` changes when the person changes their mind."""

    problem: str
    key: str
    short: str
    indicators: str | None
    said: dict[str, Said] = field(default_factory=dict)
    """budget, deadline, enterprise_name, district, contact_name, phone."""

    def words(self, name: str) -> str:
        return self.said[name].words


def demands() -> list[dict[str, Any]]:
    """The demands that people come with (demands.yml)."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "demands.yml").read_text("utf-8"))
    return found


def draw(given: dict[str, Any], rng: Random, today: date, *, formal: bool) -> Truth:
    """A person with one of the demands; `formal` people write what fits into a letter."""
    said = {
        "budget": budget(rng, formal=formal),
        "deadline": deadline(rng, today, formal=formal),
        "enterprise_name": Said(given["enterprise"], given["enterprise"]),
        "district": Said(given["district"], given["where"]),
        "contact_name": _name(rng, formal=formal),
        "phone": phone(rng),
    }
    indicators = given["indicators"]
    return Truth(given["problem"], given["key"], given["short"], indicators, said)


def budget(rng: Random, *, formal: bool = False) -> Said:
    """One of the ways in which people name what they would spend."""
    kind = rng.choices(("single", "range", "cap", "negotiable", "none"), (45, 25, 15, 0 if formal else 10, 5))[0]
    if kind == "range":
        return _range(rng)
    if kind == "negotiable":
        return Said({"kind": "negotiable", "min": None, "max": None}, rng.choice(("面议", "见面谈", "到时候面议")))
    if kind == "none":
        return Said({"kind": "none", "min": None, "max": None}, rng.choice(("暂无", "暂时没有")))
    number = rng.choice(SINGLE)
    amount = rng.choice((f"{number}万", f"{cn2an.an2cn(number)}万", f"{number}w", f"{number}万元", f"{number}万块"))
    if kind == "cap":
        words = rng.choice((f"不超过{amount}", f"{amount}以内"))
        return Said({"kind": "amount", "min": None, "max": float(number)}, words)
    return Said({"kind": "amount", "min": float(number), "max": float(number)}, amount)


def _range(rng: Random) -> Said:
    low, high = rng.choice(RANGES)
    words = [f"{low}-{high}万", f"{low}到{high}万", f"{low}万到{high}万", f"{cn2an.an2cn(low)}到{cn2an.an2cn(high)}万"]
    if (low, high) == (30, 50):
        words.append("三五十万")
    return Said({"kind": "amount", "min": float(low), "max": float(high)}, rng.choice(words))


def deadline(rng: Random, today: date, *, formal: bool = False) -> Said:
    """A day, a span from `today`, or none."""
    following = today.year + 1
    ways: list[tuple[str, tuple[str, ...]]] = [
        (f"{today.year}-12-31", ("今年底", "年底前")),
        (f"{following}-06-30", ("明年6月底前", "明年六月底之前")),
        (f"{following}-03-31", (f"{following}年3月31日前", "明年一季度", "明年3月底前")),
        (f"{following}-05-15", ("明年5月15号之前", f"{following}.5.15前")),
        ("ASAP", ("尽快", "越快越好")),
    ]
    if not formal:
        ways.append(("long_term", ("长期", "不着急，长期都行")))
    spans: list[tuple[int, tuple[str, ...]]] = [(3, ("三个月内", "3个月内")), (6, ("半年内", "6个月内"))]
    if rng.random() < 0.25:
        months, words = rng.choice(spans)
        return Said("", rng.choice(words), months).on(today)
    value, words = rng.choice(ways)
    return Said(value, rng.choice(words))


def _months(day: date, count: int) -> date:
    """`count` months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _name(rng: Random, *, formal: bool) -> Said:
    name = rng.choice([one for one in NAMES if not (formal and one.startswith("姓"))])
    return Said(name.removeprefix("姓"), name)


def phone(rng: Random) -> Said:
    """Sample numbers only: 1380000xxxx, and a landline that nobody has."""
    last = f"{rng.randrange(10_000):04d}"
    if rng.random() < 0.15:
        return Said(f"0288000{last}", f"028-8000{last}")
    return Said(f"1380000{last}", rng.choice((f"1380000{last}", f"138 0000 {last}", f"138-0000-{last}")))
