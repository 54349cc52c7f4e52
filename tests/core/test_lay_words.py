"""Words of people who do the work."""

import pytest

from bot.core import taxonomy
from bot.core.lay_words import CHARACTERS, found_in, groups_in, industry_names, lay_words, strategic_in, strategic_words


def test_every_row_names_what_stands_in_the_tables() -> None:
    fields = taxonomy.field_codes()
    for word in lay_words().values():
        assert fields[word.field_name] == word.field, word.word
        assert taxonomy.disciplines()[word.discipline].level == 2, word.word
        assert taxonomy.industries()[word.industry].level == 2, word.word
        assert 0 < word.weight <= 3, word.word


def test_there_are_hundreds_in_every_field() -> None:
    assert len(lay_words()) >= 400
    assert {word.field for word in lay_words().values()} == {"10", "20", "30", "40", "50", "60", "70", "80"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("锂电池鼓包", ["锂电池", "鼓包"]),
        ("豆瓣酱长期返潮，豆瓣酱", ["豆瓣酱", "返潮"]),
        ("今天天气不错", []),
        ("", []),
        ("😀👍", []),
    ],
)
def test_the_longest_word_counts_and_each_once(text: str, words: list[str]) -> None:
    assert [one.word for one in found_in(text)] == words


def test_only_the_beginning_of_a_long_text_is_looked_through() -> None:
    assert [one.word for one in found_in("锂电池" + "，" * CHARACTERS + "污水")] == ["锂电池"]


def test_names_of_the_tables_are_found_too() -> None:
    assert groups_in("电池厂的瓷砖") == (industry_names()["电池"],)
    assert taxonomy.industries()[industry_names()["电池"]].name == "电池制造"
    assert strategic_in("光伏逆变器炸机") == ("6.3", "6.5")
    assert set(strategic_words().values()) <= set(taxonomy.strategic_industries())


def test_fields_stand_for_strategic_industries_or_for_none() -> None:
    seconds = [entry.code for entry in taxonomy.hightech().values() if entry.level == 2]
    known = {code: taxonomy.strategic_of(code) for code in seconds}
    assert known["603"] == ("5.2",)
    assert known["206"] == ()
    assert taxonomy.strategic_of("no code") == ()
    assert {one for codes in known.values() for one in codes} <= set(taxonomy.strategic_industries())
