"""The profiles of the national societies and the societies that correspond to them."""

import pytest

from bot.core import taxonomy
from bot.core.demand import FIELDS
from bot.core.societies import counterparts, profiles


def test_every_national_society_has_a_profile_under_its_name() -> None:
    assert {code: one.name for code, one in profiles().items()} == dict(taxonomy.national_societies())


@pytest.mark.parametrize("code", sorted(profiles()))
def test_a_profile_tells_enough_and_only_codes_of_the_tables(code: str) -> None:
    one = profiles()[code]
    assert sum(len(topic.phrases) for topic in one.topics) >= 8
    assert one.reach in ("main", "special", "seldom")
    assert set(one.disciplines) <= set(taxonomy.disciplines())
    assert set(one.industries) <= set(taxonomy.industries())
    assert {topic.field for topic in one.topics} <= set(taxonomy.hightech())
    assert {topic.own for topic in one.topics} - {None} <= set(FIELDS)


def test_no_two_profiles_are_nearly_the_same() -> None:
    sets = {code: set(one.phrases) for code, one in profiles().items()}
    for code, own in sets.items():
        for other, its in sets.items():
            assert code == other or len(own & its) <= 0.25 * min(len(own), len(its)), (code, other)


@pytest.mark.parametrize("code", sorted(taxonomy.national_societies()))
def test_a_national_society_is_its_own_counterpart_by_name(code: str) -> None:
    assert counterparts({"name": taxonomy.national_societies()[code]}) == (code,)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("成都市机械工程学会", ("B-01",)),
        ("四川省农业机械学会", ("B-03",)),
        ("四川省工程机械学会", ("B-68",)),
        ("成都市化学化工学会", ("A-06", "B-35")),
        ("四川省土木建筑学会", ("B-43", "B-42")),
        ("成都市自动化与仪器仪表学会", ("B-14", "B-15")),
        ("四川省林学会", ("C-02",)),
        ("四川省农学会", ("C-01",)),
        ("成都市医学会", ("D-01",)),
        ("四川省预防医学会", ("D-21",)),
        ("四川省中医药学会", ("D-02",)),
        ("四川省药学会", ("D-04",)),
        ("示例·食品科学技术学会郫都服务站", ("B-50",)),
        ("成都市食品科技学会", ("B-50",)),
    ],
)
def test_a_society_of_the_province_or_city_is_known_by_its_national_counterpart(name: str, codes: tuple[str]) -> None:
    assert counterparts({"name": name}) == codes


@pytest.mark.parametrize("name", ["", "成都市医学工程学会", "四川省工程师学会", "电子商务协会", "成都示例科技有限公司"])
def test_a_body_without_a_counterpart_gets_no_profile(name: str) -> None:
    assert counterparts({"name": name}, name) == ()


def test_the_code_decides_before_any_name() -> None:
    assert counterparts({"code": "B-50", "name": "成都市机械工程学会"}, "机械工程学会服务站") == ("B-50",)


def test_without_a_society_the_name_of_the_station_decides() -> None:
    assert counterparts({}, "示例·水产学会服务站") == ("C-04",)
