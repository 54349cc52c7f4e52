"""Codes of the national tables that are proposed with a demand."""

import pytest

from bot.core import taxonomy
from bot.services.codes import CodeGuesses
from bot.services.proposals import Proposals


@pytest.fixture(scope="module")
def proposals() -> Proposals:
    return Proposals()


@pytest.mark.parametrize(
    ("text", "discipline"),
    [
        ("数控车床加工的轴外圆有振纹", "460"),
        ("豆豉发酵时间长，咸度还高", "550"),
        ("黄瓜霜霉病年年打药都压不住", "210"),
        ("厂里的系统数据库一查询就卡死", "520"),
        ("鱼苗孵化出来一周内大量死亡", "240"),
        ("面料染完有色花，洗了还掉色", "540"),
    ],
)
def test_the_discipline_is_among_the_first_two(proposals: Proposals, text: str, discipline: str) -> None:
    assert discipline in [one.code for one in proposals.codes(text).disciplines[:2]]


def test_shares_fall_and_codes_stand_in_the_tables(proposals: Proposals) -> None:
    found = proposals.codes("锅炉排烟温度太高，想把余热用起来")
    for guesses, table in (
        (found.disciplines, taxonomy.disciplines()),
        (found.industries, taxonomy.industries()),
        (found.hightech, taxonomy.hightech()),
        (found.strategic, taxonomy.strategic_industries()),
    ):
        shares = [one.share for one in guesses]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1.01
        assert {one.code for one in guesses} <= set(table)


def test_only_what_is_likely_enough_is_put_before_staff(proposals: Proposals) -> None:
    found = proposals.codes("黄瓜霜霉病年年打药都压不住")
    assert found.proposed_disciplines()[0] == "210"
    assert len(found.proposed_disciplines()) <= 3


def test_words_name_the_branch_and_the_group(proposals: Proposals) -> None:
    found = proposals.codes("锂电池涂布厚度总是不均匀")
    assert found.proposed_disciplines() == ["480", "48040"]
    assert found.proposed_industry() == "C384"
    assert found.proposed_strategic() == "5.2"


def test_a_trade_that_is_no_strategic_industry_gets_none(proposals: Proposals) -> None:
    assert proposals.codes("外墙瓷砖空鼓掉下来，楼板也有裂缝").proposed_strategic() is None


def test_a_demand_of_ten_thousand_characters_is_judged_by_its_beginning(proposals: Proposals) -> None:
    assert proposals.codes("锂电池涂布厚度总是不均匀" * 900).proposed_disciplines()[0] == "480"


@pytest.mark.parametrize("text", ["", "。。", "嗯", "电池", "😀😀😀😀😀", "？" * 10_000])
def test_nothing_is_proposed_from_nothing(proposals: Proposals, text: str) -> None:
    found = proposals.codes(text)
    assert found == CodeGuesses()
    assert found.proposed_disciplines() == []
    assert found.proposed_industry() is None
    assert found.proposed_strategic() is None
