"""Items of the summary named by number or by word."""

import pytest

from bot.core.item_edits import ItemEdit, is_item_alone, item_edit


@pytest.mark.parametrize(
    "text", ["改6", "第６项不对", "6错了", "预算不对", "给我改下预算", "第六项改一下", "把6改一下"]
)
def test_one_item_in_many_words(text: str) -> None:
    assert item_edit(text) == ItemEdit(["budget"])


@pytest.mark.parametrize("text", ["6和7都不对", "改6、7", "第6项和第7项错了", "6跟7要改"])
def test_several_items_in_their_order(text: str) -> None:
    assert item_edit(text) == ItemEdit(["budget", "deadline"])


def test_what_is_said_behind_the_number_comes_along() -> None:
    assert item_edit("1项改成极片涂布厚度一致性提升") == ItemEdit(["title"], "极片涂布厚度一致性提升")


@pytest.mark.parametrize("text", ["1", "提交", "预算改成80万", "6万", "改一下下", "第一个", "这个预算是多少"])
def test_other_words_name_no_item(text: str) -> None:
    found = item_edit(text)
    assert found is None or (text == "第一个" and found.keys == ["title"])


def test_a_bare_item_is_told_from_an_amount() -> None:
    assert is_item_alone("改2")
    assert not is_item_alone("2万")
