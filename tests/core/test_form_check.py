"""What the machine lets pass and what it keeps for staff."""

import pytest

from bot.core.form_check import Form, faults

GOOD = "涂布厚度总是不均匀，想找专家看看"


def check(title: str = "极片涂布厚度一致性", problem: str = GOOD, goal: str | None = None, today: int = 0) -> list[str]:
    return faults(Form(title, problem, goal, today))


def test_an_ordinary_demand_passes() -> None:
    assert check() == []


def test_a_short_problem_passes_with_its_goal() -> None:
    assert check(problem="会胀袋", goal="胀袋率降到千分之一以下") == []
    assert check(problem="会胀袋") == ["substance"]


def test_punctuation_is_no_substance() -> None:
    assert check(problem="？？？？。。。。！！！！……") == ["substance"]


@pytest.mark.parametrize("title", ["", "涂布", "长" * 61])
def test_a_title_has_four_to_sixty_characters(title: str) -> None:
    assert check(title=title) == ["title"]


@pytest.mark.parametrize("words", ["属于涉密项目", "国家秘密", "绝密图纸", "机密级材料"])
def test_secret_matters_are_kept_back(words: str) -> None:
    assert check(problem=f"{GOOD}，{words}") == ["secret"]


@pytest.mark.parametrize("words", ["本项目不涉密", "非涉密", "不涉及国家秘密"])
def test_what_says_that_it_is_not_secret_passes(words: str) -> None:
    assert check(problem=f"{GOOD}，{words}") == []


def test_many_on_one_day_are_looked_at() -> None:
    assert check(today=4) == []
    assert check(today=5) == ["many"]
