"""People made up by a seed talk to the real bot (tests/dialogue/simulated); what they meant is what is stored."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
import yaml

from tests.conftest import NOON
from tests.dialogue.simulated import truth as truths
from tests.dialogue.simulated.noise import spoil

TODAY = date(2026, 11, 20)


def test_the_same_seed_gives_the_same_people() -> None:
    from tests.dialogue.simulated.talks import person

    first, again, other = (person(3, seed) for seed in (1, 1, 2))
    assert first.truth == again.truth
    assert first.opening() == again.opening()
    assert (first.truth, first.rng.random()) != (other.truth, other.rng.random())


def test_there_are_enough_demands_and_every_key_stands_in_its_problem() -> None:
    demands = truths.demands()
    assert len(demands) >= 40
    assert len({one["problem"] for one in demands}) == len(demands)
    assert [one["problem"] for one in demands if one["key"] not in one["problem"]] == []
    assert all("示例" in one["enterprise"] for one in demands)


def test_noise_leaves_the_values_alone() -> None:
    words = yaml.safe_load((truths.HERE / "wording.yml").read_text("utf-8"))["noise"]
    text, kept = "我们在做的胀袋，预算三十万，在郫都区。", ["胀袋", "三十万", "郫都区"]
    spoiled = {spoil(text, Random(seed), 1.0, kept, words) for seed in range(60)}
    assert len(spoiled) > 10
    assert all(one in each for each in spoiled for one in kept)
    assert spoil(text, Random(1), 0.0, kept, words) == text


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 20), 3, "2027-02-20"),
        (date(2026, 11, 30), 3, "2027-02-28"),
        (date(2026, 12, 31), 6, "2027-06-30"),
    ],
)
def test_a_span_counts_from_the_day_on_which_it_is_said(day: date, months: int, later: str) -> None:
    assert truths.Said("", "三个月内", months).on(day).value == later


async def test_a_few_people_of_every_kind_get_to_the_end(tmp_path: Path) -> None:
    """One of each persona, with the clock moved and the bot started anew where the person comes back later."""
    from tests.dialogue.simulated import report, run
    from tests.dialogue.simulated.talks import kinds

    with run.world(tmp_path) as found:
        outcomes = await run.hold_all(found, len(kinds()), seed=7)
        assert found.clock() >= NOON
    figures = report.figures(outcomes)
    assert figures.exceptions == 0
    assert sum(one.completed for one in outcomes) >= len(kinds()) - 1, report.text(outcomes)


@pytest.mark.slow
async def test_three_hundred_people_meet_the_targets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The targets of targets.py; the report is printed either way."""
    from tests.dialogue.simulated import report, run
    from tests.dialogue.simulated.targets import missed

    with run.world(tmp_path) as found:
        outcomes = await run.hold_all(found, 300, seed=1)
    with capsys.disabled():
        print("\n" + report.text(outcomes))
    assert missed(report.figures(outcomes)) == []
