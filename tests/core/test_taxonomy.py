"""The national tables and the demand's fields."""

import pytest

from bot.core import taxonomy
from bot.core.demand import FIELDS


def test_every_field_of_the_demand_has_a_code() -> None:
    assert set(taxonomy.field_codes()) == set(FIELDS)


def test_national_fields_carry_the_codes_of_the_national_table() -> None:
    codes = taxonomy.field_codes()
    assert (codes["电子信息"], codes["新材料"], codes["先进制造与自动化"]) == ("10", "40", "80")


def test_every_field_but_other_has_subjects() -> None:
    assert {group.field for group in taxonomy.field_groups()} == set(FIELDS) - {"其他"}
    assert all(group.phrases for group in taxonomy.field_groups())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("郫都", "郫都区"),
        ("郫县", "郫都区"),
        ("成都市郫都区", "郫都区"),
        ("四川省成都市新津区", "新津区"),
        ("成都高新区", "高新区"),
        ("四川天府新区", "天府新区"),
        (" 都江堰 ", "都江堰市"),
        ("绵阳市", None),
        ("成都市", None),
        ("", None),
        (None, None),
    ],
)
def test_districts_are_known_in_every_writing(written: str | None, name: str | None) -> None:
    assert taxonomy.district_name(written) == name


def test_there_are_twenty_three_districts() -> None:
    assert len(set(taxonomy.districts().values())) == 23


def test_tables_are_whole() -> None:
    assert sum(entry.level == 1 for entry in taxonomy.disciplines().values()) == 62
    assert sum(entry.level == 2 for entry in taxonomy.disciplines().values()) > 500
    assert all(entry.parent == entry.code[:3] for entry in taxonomy.disciplines().values() if entry.level == 2)
    assert sum(entry.level == 1 for entry in taxonomy.industries().values()) == 20
    assert sum(entry.level == 2 for entry in taxonomy.hightech().values()) == 52
    assert all(not entry.parent or entry.parent in taxonomy.hightech() for entry in taxonomy.hightech().values())


def test_strategic_industries_stand_under_one_another() -> None:
    table = taxonomy.strategic_industries()
    assert len([one for one in table.values() if one.level == 1]) == 9
    assert all(table[one.parent].level == 1 for one in table.values() if one.level == 2)
