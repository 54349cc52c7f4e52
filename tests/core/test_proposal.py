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
        ("好嘛 那我说嘛 我们厂里头一台数控铣床 主轴发热 加工精度跑偏", "数控铣床主轴发热问题诊断"),
        ("我们做发动机缸体的，缸体砂眼多，废品率12%，想降到5%以下", "发动机缸体砂眼问题诊断"),
        ("我厂里机器坏了你修得来不；数控铣床主轴发热，尺寸老是跑", "数控铣床主轴发热问题诊断"),
        ("我们想找人解决污水处理站氨氮超标的问题", "污水处理站氨氮超标问题诊断"),
        ("焊缝老是裂，想降低返工率，找个专家看看", "焊缝开裂问题诊断"),
        ("大棚草莓灰霉病严重，打药也不管用", "大棚草莓灰霉病防治"),
        ("激光切割机切厚板有毛刺", "激光切割机切厚板毛刺问题诊断"),
        ("想给工人搞个焊工技能培训", "焊工技能培训"),
        ("白酒窖池酒糟出酒率低", "白酒窖池酒糟出酒率提升"),
        ("客户要求我们出具碳足迹报告，不会做", "碳足迹报告编制"),
        ("想在厂里申请建个学会服务站", "学会服务站建设"),
        ("设备老是停机，换了几个师傅都看不出来啥子原因", "设备停机问题诊断"),
        ("啤酒瓶贴标歪", "啤酒瓶贴标歪斜问题诊断"),
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
