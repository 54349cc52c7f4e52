"""The topics of what enterprises say: whole, known to the tables, each sentence once."""

import csv
from collections import Counter

from bot.core import taxonomy
from bot.core.troubles import troubles

OWN = {"现代农业与食品", "建筑与城市", "医疗卫生"}


def _codes(file: str) -> set[str]:
    with (taxonomy.DATA / file).open(encoding="utf-8", newline="") as stream:
        return {row["code"] for row in csv.DictReader(stream)}


def test_every_topic_is_whole_and_its_codes_are_of_the_tables() -> None:
    fields, disciplines, industries = set(taxonomy.hightech()), _codes("disciplines.csv"), _codes("industries.csv")
    for one in troubles():
        assert one.field in fields, one.topic
        assert one.own is None or one.own in OWN, one.topic
        assert one.discipline in disciplines, one.topic
        assert any(code.lstrip("ABCDEFGHIJKLMNOPQRST") == one.division for code in industries), one.topic
        assert len(one.terms) >= 5, one.topic
        assert len(one.says) >= 12, one.topic


def test_no_topic_and_no_sentence_stands_twice() -> None:
    topics = Counter(one.topic for one in troubles())
    says = Counter(text for one in troubles() for text in one.says)
    assert [text for text, count in (topics + says).items() if count > 1] == []


def test_they_are_of_all_fields() -> None:
    assert {taxonomy.national_field(one.field)[0] for one in troubles()} == set("12345678")
