"""Which of the chosen experts and results are good enough to be named unasked."""

from bot.core.assignment import settings
from bot.core.ranking import Evidence, Ranked
from bot.core.routing import FieldGuess, Standing
from bot.core.talent import Kind, TalentRecord, chosen, sure, topics_met

ENERGY = FieldGuess("6", "新能源与节能")
RULES = settings()["talent"]["in_message"]
GOOD = float(RULES["near_enough"]) + 1.0


def one(code: str, score: float, field: str = "601", exact: tuple[str, ...] = ()) -> Ranked:
    record = TalentRecord(
        Kind.EXPERT, code, f"示例专家{code}", society="成都示例学会", fields=(field,), topics=("涂布",)
    )
    return Ranked(Evidence(Standing(record.as_station(), 0), score, ("涂布",), exact), score)


def named(*ranked: Ranked) -> list[str]:
    found = sure(chosen(ranked, ENERGY, None), ENERGY)
    return [ranked.evidence.standing.station.station_id for ranked, _ in found]


def test_the_best_is_named_and_one_that_is_as_good() -> None:
    assert named(one("A", GOOD), one("B", GOOD - RULES["behind_most"] / 2)) == ["A", "B"]


def test_one_far_behind_the_best_is_not() -> None:
    assert named(one("A", GOOD + 2), one("B", GOOD + 2 - RULES["behind_most"] * 1.5)) == ["A"]


def test_never_more_than_two() -> None:
    assert len(named(*(one(code, GOOD) for code in "ABCD"))) == RULES["shown"] == 2


def test_nobody_is_when_nobody_is_near() -> None:
    assert named(one("A", RULES["near_enough"] - 0.1)) == []
    assert named() == []


def test_another_field_is_only_named_when_the_demand_names_the_thing() -> None:
    assert named(one("A", GOOD, field="101")) == []
    assert named(one("A", GOOD, field="101", exact=("涂布",))) == ["A"]


def test_a_stranger_to_the_field_does_not_put_the_others_behind() -> None:
    assert named(one("A", GOOD + 1.9, field="101"), one("B", GOOD)) == ["B"]


def test_what_it_is_good_for_is_never_its_own_name() -> None:
    record = TalentRecord(Kind.RESULT, "R", "涂布闭环控制", society="成都示例学会", topics=("涂布", "锂电池"))
    evidence = Evidence(
        Standing(record.as_station(), 0), 4.0, ("涂布闭环控制", "锂电池", "涂布"), ("涂布", "涂布闭环控制")
    )
    assert topics_met(evidence) == ("涂布", "锂电池")
