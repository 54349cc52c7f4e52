"""Talks of simulated people with the real bot over a real database, and what came of them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import yaml

from bot.core.calendar import chengdu_date
from bot.core.case import State
from bot.runtime.processor import TurnAgent
from bot.services.container import Services
from models import Demand
from tests.conftest import NOON, Clock
from tests.dialogue.simulated import truth as truths
from tests.dialogue.simulated.person import Kind, Move, Person
from tests.dialogue.talk import Talk

PATIENCE = 6
"""Straight answers in a row after which the same question is still open."""
MOST_MESSAGES = 45
SHORTEST_SENTENCE = 7
"""Characters; shorter ones (好的, 您好) may come again."""
SUMMARY_ITEMS = 5
"""Numbered lines that make an answer a summary."""


@dataclass
class Outcome:
    """One talk: how it ended and what is in the database afterwards."""

    persona: str
    cooperative: bool
    straight: bool
    """Answers one thing after another, without wandering, slips, pauses."""
    completed: bool = False
    messages: int = 0
    why: str = ""
    """Why it did not end well: gave_up, too_long, no_answer, exception: …"""
    stuck_at: str | None = None
    stored: int = 0
    wrong: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """field → (meant, stored)."""
    repeated: list[str] = field(default_factory=list)
    """Sentences of the bot that stood in two answers in a row."""
    repeated_whole: int = 0
    transcript: list[str] = field(default_factory=list)


@dataclass
class World:
    """The bot, its database and its clock; `restart` gives a bot that remembers only what is stored."""

    house: Services
    clock: Clock
    agent: TurnAgent
    restart: Callable[[], TurnAgent]


def kinds() -> dict[str, Kind]:
    """The personas (people.yml)."""
    given = yaml.safe_load((truths.HERE / "people.yml").read_text("utf-8"))
    return {name: Kind(name, **one) for name, one in given.items()}


def words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((truths.HERE / "wording.yml").read_text("utf-8"))
    return found


def person(number: int, seed: int) -> Person:
    """The `number`-th person of a seed: persona, demand, values and every later choice follow from the two."""
    rng = Random(f"{seed}:{number}")
    everyone, demands = list(kinds().values()), truths.demands()
    kind = everyone[number % len(everyone)]
    today = chengdu_date(NOON)
    given = demands[(number // len(everyone) + rng.randrange(len(demands))) % len(demands)]
    return Person(kind, truths.draw(given, rng, today, formal=bool(kind.whole)), words(), rng)


async def hold(world: World, someone: Person, sender_id: str) -> Outcome:
    """The talk from the first message to the demand's number, or to where it broke off."""
    world.clock.now = NOON
    talk = Talk(world.agent, sender_id)
    outcome = Outcome(someone.kind.name, someone.kind.cooperative, someone.kind.straight)
    try:
        await _go_on(world, talk, someone, outcome)
    except Exception as error:  # what breaks a talk is a finding, and the others go on
        outcome.why = f"exception: {type(error).__name__}: {error}"
    _look_back(talk.said, outcome)
    if outcome.completed:
        _compare(world.house, someone, sender_id, outcome)
    return outcome


async def _go_on(world: World, talk: Talk, someone: Person, outcome: Outcome) -> None:
    move, useless, asked = someone.opening(), 0, None
    while True:
        await _make(world, talk, move, outcome)
        reply, question = talk.said[-1], await talk.question()
        if "已提交：CD-" in reply:
            outcome.completed = True
            return
        useless = useless + 1 if move.straight and question == asked else 0
        outcome.why = _ended(reply, useless, outcome.messages)
        if outcome.why:
            outcome.stuck_at = question
            return
        asked = question
        move = someone.next(question, reply, talk.choices, chengdu_date(world.clock()))


def _ended(reply: str, useless: int, messages: int) -> str:
    if not reply.strip():
        return "no_answer"
    if useless >= PATIENCE:
        return "gave_up"
    return "too_long" if messages >= MOST_MESSAGES else ""


async def _make(world: World, talk: Talk, move: Move, outcome: Outcome) -> None:
    if move.days:
        world.clock.now += timedelta(days=move.days)
        talk.today = chengdu_date(world.clock()).isoformat()
        talk.agent = world.restart()
        outcome.transcript.append(f"（{move.days} 天后，程序重启过）")
    for text in move.messages:
        outcome.messages += 1
        outcome.transcript.append(f"我　{text}")
        answer = await talk.say(text)
        outcome.transcript.append(f"助　{answer}　[{await talk.question()}]")


def _look_back(said: list[str], outcome: Outcome) -> None:
    """Sentences that came twice in a row."""
    for before, after in pairwise(said):
        outcome.repeated_whole += before == after
        outcome.repeated += sorted(_sentences(before) & _sentences(after))


def _sentences(text: str) -> set[str]:
    """Of a summary only what stands before its items: the rest must be whole again after a change."""
    lines = text.splitlines()
    items = [place for place, line in enumerate(lines) if re.match(r"\s*\d", line)]
    prose = "\n".join(lines[: items[0]] if len(items) >= SUMMARY_ITEMS else lines)
    return {one.strip() for one in re.split(r"[。？！?!\n]", prose) if len(one.strip()) >= SHORTEST_SENTENCE}


def _compare(house: Services, someone: Person, sender_id: str, outcome: Outcome) -> None:
    """What is stored against what was meant; the demand is closed, so that it fills no station."""
    with house.db.begin() as session:
        demand = session.query(Demand).filter_by(sender_id=sender_id).one()
        stored = _stored(demand)
        demand.state = State.ARCHIVED
    meant = {name: said.value for name, said in someone.truth.said.items()}
    for name, value in meant.items():
        outcome.stored += 1
        if stored[name] != value:
            outcome.wrong[name] = (value, stored[name])
    outcome.stored += 1
    if not any(one in stored["problem"] for one in (someone.truth.key, someone.truth.short)):
        outcome.wrong["problem"] = (someone.truth.key, stored["problem"])
    if someone.truth.indicators:
        outcome.stored += 1
        missing = [one for one in re.findall(r"\d+(?:\.\d+)?", someone.truth.indicators) if one not in stored["goal"]]
        if missing:
            outcome.wrong["indicators"] = (someone.truth.indicators, stored["goal"])


def _stored(demand: Demand) -> dict[str, Any]:
    assert demand.enterprise is not None
    assert demand.contact is not None
    return {
        "budget": {"kind": demand.budget_kind, "min": demand.budget_min, "max": demand.budget_max},
        "deadline": demand.deadline,
        "enterprise_name": demand.enterprise.name,
        "district": demand.district,
        "contact_name": demand.contact.name,
        "phone": demand.contact.phone,
        "problem": demand.problem,
        "goal": unicodedata.normalize("NFKC", f"{demand.goal or ''} {demand.indicators} {demand.problem}"),
    }


def as_rows(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [asdict(one) for one in outcomes]
