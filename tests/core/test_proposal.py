"""Titles and categories proposed from a person's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.demand import CATEGORIES
from bot.core.proposal import guess_category, propose_title


@pytest.mark.parametrize(
    ("problem", "title"),
    [
        ("我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看", "锂电池涂布厚度均匀性提升"),
        ("废水COD老是超标，环保局来了两次，怎么办", "废水COD达标治理"),
        ("想开发一款耐低温的压力传感器", "耐低温的压力传感器研发"),
        ("希望提高压铸件的合格率，现在只有七成", "压铸件的合格率提升"),
        ("公司想把装配线改成机器人自动化", "装配线改机器人自动化"),
        ("温江区的果园柑橘叶子发黄掉果", "果园柑橘叶子发黄掉果问题诊断"),
    ],
)
def test_title_is_a_short_phrase_for_the_need(problem: str, title: str) -> None:
    assert propose_title(problem) == title


def test_title_holds_neither_the_enterprise_nor_the_place() -> None:
    title = propose_title("成都示例科技有限公司在新都区，轴承异响", None, "成都示例科技有限公司")
    assert "示例" not in title
    assert "新都" not in title
    assert "轴承异响" in title


def test_title_is_never_only_a_name() -> None:
    assert propose_title("成都示例科技有限公司", None, "成都示例科技有限公司") == "技术需求"


def test_title_of_a_bare_complaint_takes_the_wish_from_the_goal() -> None:
    assert propose_title("你好", "希望提高注塑件强度") == "注塑件强度提升"


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_any_text_gives_a_title_of_allowed_length(problem: str, name: str | None) -> None:
    assert 4 <= len(propose_title(problem, None, name)) <= 60


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("想开发一种新配方，替代进口材料", "技术攻关"),
        ("设备老是异响，想请专家看看原因", "技术诊断与咨询"),
        ("想引进一项高校的专利成果", "成果引进与转化"),
        ("产线想做自动化改造", "技术改造升级"),
        ("产品要送检，还想牵头编制团体标准", "检验检测与标准"),
        ("想给技术员办个培训，评职称", "人才培养与培训"),
        ("想做产业发展规划", "战略规划咨询"),
        ("果园里的柑橘有病虫害，想要农技指导", "农业技术推广指导"),
        ("想在我们公司设立学会服务站", "建站与平台申请"),
    ],
)
def test_category_follows_what_is_asked_for(text: str, category: str) -> None:
    assert guess_category(text)[0] == category


@given(st.text(max_size=200))
def test_category_is_one_of_the_list_with_a_share(text: str) -> None:
    category, confidence = guess_category(text)
    assert category in CATEGORIES
    assert 0 < confidence <= 1
