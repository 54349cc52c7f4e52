"""The one question between two or three stations."""

from bot.core.deciding import deciding_question
from bot.core.ranking import Evidence, Ranked, rank
from bot.core.routing import FieldGuess, RouteQuery, Standing, rules
from bot.core.station import StationRecord

QUERY = RouteQuery("随便一条足够长的需求")
ENERGY = FieldGuess("60", "新能源与节能")


def _evidence(name: str, meaning: float, near: tuple[str, ...] = ()) -> Evidence:
    station = StationRecord(name, f"示例{name}站", services=(f"{name}一", f"{name}二", f"{name}三"))
    return Evidence(Standing(station), meaning, near or (f"{name}一",))


def _ranked(*evidence: Evidence, query: RouteQuery = QUERY) -> list[Ranked]:
    return rank(evidence, [], query, ENERGY)


def test_two_close_stations_with_the_third_behind_are_parted_by_their_topics() -> None:
    found = deciding_question(_ranked(_evidence("甲", 3.0), _evidence("乙", 2.9), _evidence("丙", 1.0)))
    assert found is not None
    assert found.text == rules()["question"]["text"]
    assert [(one.station_id, one.topic) for one in found.choices] == [("甲", "甲一、甲二"), ("乙", "乙一、乙二")]


def test_a_topic_that_both_have_or_that_sounds_alike_is_not_offered() -> None:
    ranked = _ranked(_evidence("甲", 3.0, ("齿轮", "包装盒", "轴承")), _evidence("乙", 2.9, ("齿轮", "包装", "密封")))
    found = deciding_question(ranked)
    assert found is not None
    assert [one.topic for one in found.choices] == ["轴承、甲一", "密封、乙一"]


def test_a_third_close_station_is_the_third_choice() -> None:
    close = (_evidence("甲", 3.0), _evidence("乙", 2.9), _evidence("丙", 2.85))
    found = deciding_question(_ranked(*close, _evidence("丁", 1.0)))
    assert found is not None
    assert [one.station_id for one in found.choices] == ["甲", "乙", "丙"]
    assert deciding_question(_ranked(*close, _evidence("丁", 2.8))) is None


def test_nothing_is_asked_when_the_first_leads_or_none_fits() -> None:
    assert deciding_question(_ranked(_evidence("甲", 4.0), _evidence("乙", 2.0))) is None
    assert deciding_question(_ranked(_evidence("甲", 0.5), _evidence("乙", 0.4))) is None
    assert deciding_question(_ranked(_evidence("甲", 3.0))) is None


def test_nothing_is_asked_between_stations_for_the_same_things() -> None:
    twin = StationRecord("乙", "示例乙站", services=("甲一", "甲二", "甲三"))
    assert deciding_question(_ranked(_evidence("甲", 3.0), Evidence(Standing(twin), 2.9, ("甲一",)))) is None


def test_the_answer_puts_its_station_first_and_makes_it_surer() -> None:
    evidence = (_evidence("甲", 3.0), _evidence("乙", 2.9), _evidence("丙", 1.0))
    answered = _ranked(*evidence, query=RouteQuery(QUERY.text, chosen="乙"))
    assert answered[0].evidence.standing.station.station_id == "乙"
    assert answered[0].certainty > _ranked(*evidence)[0].certainty
    assert deciding_question(answered) is None
