"""Codes proposed for demands of our own, forty for tuning (codes_tune) and forty kept apart (codes_kept)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core import taxonomy
from bot.services.codes import CodeGuesses
from bot.services.proposals import Proposals

DATA = Path(__file__).parents[1] / "data"
KINDS = (("divisions", "industries"), ("disciplines", "disciplines"), ("strategic", "strategic"))
Judged = list[tuple[dict[str, Any], CodeGuesses]]


@pytest.fixture(scope="module", params=["codes_tune", "codes_kept"])
def judged(request: pytest.FixtureRequest) -> Judged:
    proposals = Proposals()
    lines = (DATA / f"{request.param}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row, proposals.codes(row["text"])) for row in map(json.loads, lines)]


def test_labels_stand_in_the_tables(judged: Judged) -> None:
    assert len(judged) == 40
    tables = (taxonomy.industries(), taxonomy.disciplines(), taxonomy.strategic_industries())
    for row, _ in judged:
        for (key, _kind), table in zip(KINDS, tables, strict=True):
            assert set(row[key]) <= set(table), row["id"]


@pytest.mark.parametrize(
    ("key", "kind", "first", "three"), [(*KINDS[0], 0.8, 0.95), (*KINDS[1], 0.8, 0.95), (*KINDS[2], 0.7, 0.95)]
)
def test_the_right_code_comes_first_or_among_three(
    judged: Judged, key: str, kind: str, first: float, three: float
) -> None:
    ranks = [[one.code in row[key] for one in getattr(found, kind)] for row, found in judged if row[key]]
    assert sum(rank[0] for rank in ranks) / len(ranks) >= first
    assert sum(any(rank) for rank in ranks) / len(ranks) >= three


def test_what_is_put_before_staff_is_mostly_right(judged: Judged) -> None:
    industries = [(row, code) for row, found in judged if (code := found.proposed_industry())]
    assert len(industries) >= 25
    assert sum(code[:3] in row["divisions"] for row, code in industries) / len(industries) >= 0.85
    strategic = [(row, code) for row, found in judged if (code := found.proposed_strategic())]
    assert len(strategic) >= 20
    assert sum(code in row["strategic"] for row, code in strategic) / len(strategic) >= 0.75
