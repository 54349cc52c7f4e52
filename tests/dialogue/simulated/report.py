"""What came of all talks: per persona, per field, and where it failed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bot.evaluation.metrics import share
from bot.evaluation.tables import percent, table
from tests.dialogue.simulated.talks import Outcome

WHOLE = "everything"
"""The persona that writes all at once."""


@dataclass(frozen=True)
class Figures:
    """The targets' figures; shares in 0–1."""

    talks: int
    completed: float
    """Of the cooperative personas."""
    one_by_one: float
    """Median of user messages of completed talks in which people only answer, one thing after another."""
    at_once: float
    """The same of those who say everything at once."""
    wrong: float
    """Stored values that are not what was meant, cooperative personas."""
    repeated: int
    """Sentences of the bot that stood in two answers in a row."""
    dead_ends: int
    exceptions: int


def figures(outcomes: Sequence[Outcome]) -> Figures:
    willing = [one for one in outcomes if one.cooperative]
    done = [one for one in willing if one.completed]
    return Figures(
        len(outcomes),
        share(len(done), len(willing)),
        _median([one.messages for one in done if one.straight]),
        _median([one.messages for one in done if one.persona == WHOLE]),
        share(sum(len(one.wrong) for one in done), sum(one.stored for one in done)),
        sum(len(one.repeated) for one in outcomes),
        sum(not one.completed for one in outcomes),
        sum(one.why.startswith("exception") for one in outcomes),
    )


def text(outcomes: Sequence[Outcome]) -> str:
    """Tables for a person."""
    found = figures(outcomes)
    head = (
        f"{found.talks} 次对话；愿意办的人办成 {percent(found.completed)}；"
        f"逐条说的消息数中位 {found.one_by_one:g}，一次说完的 {found.at_once:g}；"
        f"存错的值 {percent(found.wrong)}；连续重复的句子 {found.repeated}；"
        f"没办成 {found.dead_ends}；异常 {found.exceptions}"
    )
    personas = list(dict.fromkeys(one.persona for one in outcomes))
    rows = [_row(name, [one for one in outcomes if one.persona == name]) for name in personas]
    parts = [head, table(("人物", "次数", "办成", "消息中位", "消息 P90", "存错", "重复句", "没办成"), rows)]
    for title, counts in (
        ("存错的字段", Counter(name for one in outcomes for name in one.wrong)),
        ("停在哪里", Counter(f"{one.stuck_at}: {one.why}" for one in outcomes if not one.completed)),
        ("连续重复的句子", Counter(sentence for one in outcomes for sentence in one.repeated)),
    ):
        if counts:
            parts.append(table((title, "次数"), counts.most_common(15)))
    return "\n\n".join(parts)


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str | int | float, ...]:
    done = [one for one in outcomes if one.completed]
    messages = [one.messages for one in done]
    return (
        name,
        len(outcomes),
        share(len(done), len(outcomes)),
        f"{_median(messages):g}",
        f"{quantiles(messages, n=10)[-1]:.1f}" if len(messages) > 1 else "–",
        share(sum(len(one.wrong) for one in done), sum(one.stored for one in done)),
        sum(len(one.repeated) for one in outcomes),
        len(outcomes) - len(done),
    )


def _median(numbers: Sequence[int]) -> float:
    return float(median(numbers)) if numbers else 0.0


def write_failures(outcomes: Sequence[Outcome], folder: Path) -> int:
    """One file a talk that did not end, stored something wrong or repeated itself; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = [(n, one) for n, one in enumerate(outcomes) if one.wrong or one.repeated or not one.completed]
    for number, one in failed:
        wrong = [f"存错：{name} 应为 {meant!r}，存成 {stored!r}" for name, (meant, stored) in one.wrong.items()]
        lines = [f"{one.persona}：{one.why or '办成'}", *wrong, *(f"重复：{each}" for each in one.repeated), ""]
        (folder / f"{number:04d}-{one.persona}.txt").write_text("\n".join([*lines, *one.transcript]) + "\n", "utf-8")
    return len(failed)
