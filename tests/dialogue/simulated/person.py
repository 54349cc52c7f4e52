"""A simulated person: reads the bot's reply as a person would and writes the next message."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.dialogue.simulated import truth as truths
from tests.dialogue.simulated.echo import shown_items, wrong_items, wrongly_echoed
from tests.dialogue.simulated.noise import parted, spoil
from tests.dialogue.simulated.truth import Said, Truth

CHANGEABLE = ("budget", "deadline", "phone")
"""What people mistype or change their mind about."""
SUBMIT_TITLES = ("提一个技术需求",)


@dataclass(frozen=True)
class Kind:
    """A persona (people.yml); chances are 0–1 a message."""

    name: str
    style: str
    cooperative: bool
    noise: float
    checks: float
    together: float
    short: float = 0.0
    whole: float = 0.0
    slips: float = 0.0
    asides: float = 0.0
    hello: float = 0.0
    changes: float = 0.0
    pauses: float = 0.0
    curses: float = 0.0
    volunteers: float = 0.0
    """Says the next thing along with what was asked."""

    @property
    def straight(self) -> bool:
        """Only answers, one thing after another."""
        return not (self.whole or self.slips or self.asides or self.changes or self.pauses or self.curses)


@dataclass
class Move:
    """What a person does next: messages, after a pause of some days and perhaps a restart of the bot."""

    messages: list[str]
    days: int = 0
    straight: bool = True
    """It answers what was asked, so that the bot should get on."""


@dataclass
class Person:
    """One talk's worth of a person."""

    kind: Kind
    truth: Truth
    words: dict[str, Any]
    rng: Random
    queued: list[str] = field(default_factory=list)
    """Corrections to be written next."""
    corrected: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    wandered: bool = False
    today: date = date.min
    items: dict[str, str] = field(default_factory=dict)
    """Numbers of the summary's items, as they were shown."""

    def opening(self) -> Move:
        """The first message."""
        if self._likely(self.kind.hello):
            return Move([self.rng.choice(self.words["hellos"])])
        return Move(self._problem("open"))

    def next(self, question: str | None, reply: str, choices: Sequence[dict[str, Any]], today: date) -> Move:
        """What the person writes after `reply`, while `question` is open and `choices` are on the screen."""
        self.today = today
        self.items |= shown_items(reply)
        picked = next((n for n, one in enumerate(choices, 1) if one["title"] in SUBMIT_TITLES), None)
        if picked:
            return Move([str(picked)])
        self._read(question, reply)
        if self.queued:
            return Move([self.queued.pop(0)])
        return self._aside(question) or self._change(question, today) or Move(self._answer(question, reply, choices))

    def _read(self, question: str | None, reply: str) -> None:
        """Sees what the bot wrote down and means to correct it."""
        wrong = wrong_items(reply, self.truth) if question == "confirm_summary" else wrongly_echoed(reply, self.truth)
        for name in wrong:
            if self.corrected.get(name, 0) < 2 and not self.queued and self._likely(self.kind.checks):
                self.corrected[name] = self.corrected.get(name, 0) + 1
                again = self.corrected[name] > 1 and question == "confirm_summary" and name in self.items
                self.queued.append(f"改{self.items[name]}" if again else self._correction(name))

    def _aside(self, question: str | None) -> Move | None:
        """Something that is no answer; never twice in a row."""
        if self.wandered:
            self.wandered = False
            return None
        pause = question not in (None, "consent") and self._likely(self.kind.pauses)
        if pause:
            self.wandered = True
            return Move([self._one("resume")], days=self.rng.randint(1, 6), straight=False)
        for chance, texts in ((self.kind.curses, self.words["curses"]), (self.kind.asides, self._digressions())):
            if self._likely(chance):
                self.wandered = True
                return Move([self.rng.choice(texts)], straight=False)
        return None

    def _digressions(self) -> list[str]:
        return [text for texts in self.words["asides"].values() for text in texts]

    def _change(self, question: str | None, today: date) -> Move | None:
        """Another mind about something that was told before."""
        known = [name for name in CHANGEABLE if name in self.told and name != question]
        if not known or question is None or not self._likely(self.kind.changes):
            return None
        name = self.rng.choice(known)
        self.told.discard(name)
        self.truth.said[name] = self._another(name, today)
        return Move([self._correction(name)], straight=False)

    def _another(self, name: str, today: date) -> Said:
        if name == "deadline":
            return truths.deadline(self.rng, today, formal=True)
        if name == "phone":
            return truths.phone(self.rng)
        number = self.rng.choice(truths.SINGLE)
        return Said({"kind": "amount", "min": float(number), "max": float(number)}, f"{number}万")

    def _answer(self, question: str | None, reply: str, choices: Sequence[dict[str, Any]]) -> list[str]:
        """A straight answer to the open question."""
        if question in (None, "problem"):
            return self._problem("restart" if question is None else "problem_again")
        if question in ("offer_resume", "field", "category"):
            return ["1"]
        if question == "confirm_summary":
            return [self._one("submit")]
        if question == "consent":
            return [self._one("consent")]
        if question in ("indicators", "goal", "detail"):
            return self._figures()
        if question == "focus":
            return ["一起提"]
        if question == "title":
            return [self.truth.problem[:20]]
        if question == "contact_name":
            together = "phone" not in self.told and "电话" in reply and self._likely(self.kind.together)
            return self._value("contact", "contact_name", "phone") if together else self._value("name", "contact_name")
        if question in self.truth.said:
            return self._value(question, *self._along(question, reply), question)
        return ["1"] if choices else [self._one("consent")]

    def _along(self, question: str, reply: str) -> list[str]:
        """What is told with it: the time with the money, the place with the name, asked or unasked."""
        more, asked = {"budget": ("deadline", "什么时候"), "enterprise_name": ("district", "哪个区")}.get(
            question, ("", "-")
        )
        chance = self.kind.together if asked in reply else self.kind.volunteers
        return [more] if more and more not in self.told and self._likely(chance) else []

    def _value(self, template: str, *names: str) -> list[str]:
        """The value, or a slip of it with the correction to follow."""
        self.told.update(names)
        if "deadline" in names:
            self.truth.said["deadline"] = self.truth.said["deadline"].on(self.today)
        name = names[-1]
        said = dict(self.truth.said)
        if name in CHANGEABLE and self._likely(self.kind.slips):
            said[name] = self._slip(name)
            self.queued.append(self._correction(name))
        along = "".join(f"，{self.words['along'][other]}" for other in names[:-1] if other in self.words["along"])
        return self._written(self.rng.choice(self.words[self.kind.style][template]) + along, said)

    def _slip(self, name: str) -> Said:
        if name == "phone":
            return Said("", self.truth.words("phone")[:-1])
        if name == "deadline":
            return Said("2027-09-30", "明年9月30号前")
        return Said("", "7万")

    def _figures(self) -> list[str]:
        if self.truth.indicators is None:
            return [self._one("no_figures")]
        return self._written(self._one("indicators"), self.truth.said)

    def _problem(self, template: str) -> list[str]:
        if self._likely(self.kind.whole):
            self.told.update(self.truth.said)
            text = self.rng.choice(self.words["whole"])
            return self._written(text, self.truth.said)
        if self._likely(self.kind.short) and template == "open":
            return self._written("{short}", self.truth.said)
        along = template == "open" and self._likely(self.kind.volunteers)
        self.told.update(["district"] if along else [])
        texts = self._written(
            self._one(template) + (f"，{self.words['along']['district']}" if along else ""), self.truth.said
        )
        return parted(texts[0], self.rng) if self._likely(self.kind.noise * 0.3) else texts

    def _correction(self, name: str) -> str:
        value = "姓" + self.truth.words(name) if name == "contact_name" and len(self.truth.words(name)) == 1 else None
        text: str = self._one("correct")
        if name in ("deadline", "budget") and not self.truth.words(name)[:1].isdigit():
            text = text.replace("是{value}", "改成{value}")
        return text.format(label=self.words["labels"][name], value=value or self.truth.words(name))

    def _written(self, template: str, said: dict[str, Said]) -> list[str]:
        """The template with its values, as it is typed."""
        words = {
            "problem": self.truth.problem,
            "short": self.truth.short,
            "indicators": self.truth.indicators or self._one("no_aims"),
            "enterprise": said["enterprise_name"].words,
            "district": said["district"].value,
            "where": said["district"].words,
            "name": said["contact_name"].words,
            **{name: said[name].words for name in CHANGEABLE},
        }
        kept = [str(word) for name, word in words.items() if word and name != "problem"]
        text = template.format(**words)
        return [spoil(text, self.rng, self.kind.noise, [*kept, self.truth.key], self.words["noise"])]

    def _one(self, name: str) -> str:
        found: str = self.rng.choice(self.words[self.kind.style][name])
        return found

    def _likely(self, chance: float) -> bool:
        return self.rng.random() < chance
