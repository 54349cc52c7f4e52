"""The hard rules, the order and the certainty of routing."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.ranking import Evidence, exact_terms, phrases, rank
from bot.core.routing import FieldGuess, RouteQuery, Standing, bars, untold
from bot.core.station import StationRecord

TODAY = date(2026, 11, 22)
STATION = StationRecord(
    "S1",
    "示例站",
    categories=("技术攻关",),
    served_districts=("郫都区", "新都区"),
    exclude_keywords=("化妆品",),
    capacity=3,
    agreement={"start": "2026-01-01", "end": "2026-11-22"},
    services=("涂布工艺", "浆料配方", "电芯分析"),
    hightech_fields=("60302",),
)
QUERY = RouteQuery("锂电池涂布不均匀", category="技术攻关", district="郫都")
ENERGY = FieldGuess("60", "新能源与节能")


def test_station_without_a_bar_may_take_the_demand() -> None:
    assert bars(Standing(STATION, 2), QUERY, TODAY) == []


@pytest.mark.parametrize(
    ("station", "query", "code"),
    [
        (replace(STATION, status="暂停"), QUERY, "status"),
        (replace(STATION, agreement={"end": "2026-11-21"}), QUERY, "agreement_over"),
        (replace(STATION, agreement={"start": "2026-11-23"}), QUERY, "agreement_not_begun"),
        (STATION, replace(QUERY, category="其他"), "category"),
        (STATION, replace(QUERY, district="武侯区"), "district"),
        (STATION, replace(QUERY, exclude=frozenset({"S1"})), "excluded"),
        (STATION, replace(QUERY, text="化妆品的乳化"), "exclude_keyword"),
        (replace(STATION, capacity=2), QUERY, "full"),
    ],
)
def test_each_hard_rule_bars_with_its_code_and_a_sentence(station: StationRecord, query: RouteQuery, code: str) -> None:
    found = bars(Standing(station, 2), query, TODAY)
    assert [bar.code for bar in found] == [code]
    assert found[0].text


def test_all_bars_of_a_station_are_told() -> None:
    query = RouteQuery("化妆品", category="其他", district="武侯区", exclude=frozenset({"S1"}))
    found = bars(Standing(replace(STATION, status="撤销"), 9), query, TODAY)
    assert [bar.code for bar in found] == ["excluded", "status", "category", "district", "exclude_keyword", "full"]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (RouteQuery(" 　。！"), "empty"),
        (RouteQuery("锂电池"), "short"),
        (RouteQuery("锂电池涂布厚度不均匀", district="绵阳市"), "outside"),
        (RouteQuery("想在我们厂里建一个服务站", category="建站与平台申请"), "staff_category"),
        (RouteQuery("锂电池涂布厚度不均匀", district="成都市"), None),
        (RouteQuery("锂电池涂布厚度不均匀", district="郫县"), None),
    ],
)
def test_demands_that_are_for_staff_are_known_before_any_station_is_looked_at(
    query: RouteQuery, key: str | None
) -> None:
    assert untold(query) == key


def _evidence(station_id: str, meaning: float, open_cases: int = 0) -> Evidence:
    station = replace(STATION, station_id=station_id, services=(f"甲{station_id}", f"乙{station_id}", "丙"))
    return Evidence(Standing(station, open_cases), meaning)


def test_equals_are_ordered_by_load_and_then_by_id() -> None:
    query = RouteQuery("随便一条足够长的需求")
    found = rank([_evidence("B", 2.0), _evidence("A", 2.0), _evidence("C", 2.0, 1)], [], query, ENERGY)
    assert [one.evidence.standing.station.station_id for one in found] == ["A", "B", "C"]


def test_order_does_not_depend_on_the_order_of_the_directory() -> None:
    evidence = [_evidence(name, meaning) for name, meaning in (("A", 1.0), ("B", 3.0), ("C", 2.0))]
    query = RouteQuery("随便一条足够长的需求")
    assert rank(evidence, [], query, ENERGY) == rank(evidence[::-1], [], query, ENERGY)


def test_certainty_grows_with_the_lead() -> None:
    query = RouteQuery("随便一条足够长的需求")
    near = rank([_evidence("A", 3.0), _evidence("B", 2.9)], [], query, ENERGY)[0]
    far = rank([_evidence("A", 3.0), _evidence("B", 1.0)], [], query, ENERGY)[0]
    assert 0 < near.certainty < far.certainty < 1


def test_a_station_for_the_same_things_takes_no_certainty_away() -> None:
    query = RouteQuery("随便一条足够长的需求")
    twin = replace(_evidence("A", 3.0).standing.station, station_id="A2")
    twins = [_evidence("A", 3.0), Evidence(Standing(twin), 3.0), _evidence("B", 1.0)]
    alone = [_evidence("A", 3.0), _evidence("B", 1.0)]
    assert rank(twins, [], query, ENERGY)[0].certainty == rank(alone, [], query, ENERGY)[0].certainty


def test_a_better_station_that_is_full_makes_the_others_less_certain() -> None:
    query = RouteQuery("随便一条足够长的需求")
    free = [_evidence("A", 3.0), _evidence("B", 0.5)]
    assert rank(free, [_evidence("C", 5.0)], query, ENERGY)[0].certainty < 0.5
    assert rank(free, [], query, ENERGY)[0].certainty > 0.9


def test_a_station_of_which_only_the_name_is_known_is_never_sure() -> None:
    bare = Evidence(Standing(StationRecord("A", "示例站")), 6.0)
    assert rank([bare, _evidence("B", 0.0)], [], QUERY, ENERGY)[0].certainty <= 0.5


def test_reasons_tell_topics_field_place_and_load() -> None:
    evidence = Evidence(Standing(STATION, 2), 3.0, near_topics=("浆料配方",), exact=("涂布工艺",))
    assert rank([evidence], [], QUERY, ENERGY)[0].reasons == [
        "擅长：涂布工艺、浆料配方",
        "技术领域一致：新能源与节能",
        "服务郫都区",
        "目前在办 2/3",
    ]


def test_a_term_inside_another_word_is_no_exact_term() -> None:
    words = ["调料", "不", "加", "防腐剂", "，", "要", "杀菌"]
    assert exact_terms(("防腐", "杀菌"), phrases(words)) == ("杀菌",)


def test_the_longest_of_nested_terms_counts_once() -> None:
    words = ["锂电池", "涂布", "厚度"]
    assert exact_terms(("涂布", "涂布厚度", "厚度"), phrases(words)) == ("涂布厚度",)
