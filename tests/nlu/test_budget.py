"""Which amount is the budget, and how much it is (万元)."""

import pytest

from bot.nlu.budget import budgets, names_nothing
from bot.nlu.normal import normalise

Bounds = tuple[float | None, float | None]


def read(text: str, asked: bool = False) -> Bounds | str | None:
    found = budgets(normalise(text).text, asked)
    if not found:
        return None
    value = found[0][0]
    return (value["min"], value["max"]) if value["kind"] == "amount" else str(value["kind"])


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("预算三五十万", (30, 50)),
        ("大概两三百万", (200, 300)),
        ("十五六万", (15, 16)),
        ("百八十万", (80, 100)),
        ("预算1.2百万", (120, 120)),
        ("2千5百万元", (2500, 2500)),
        ("一百二十万", (120, 120)),
        ("三万五", (3.5, 3.5)),
        ("12万8", (12.8, 12.8)),
        ("一点五个亿", (15000, 15000)),
        ("￥80,000", (8, 8)),
        ("20个w", (20, 20)),
        ("50k左右", (5, 5)),
        ("参考预算壹佰贰拾万元整", (120, 120)),
        ("3到5万", (3, 5)),
        ("30万～50万", (30, 50)),
        ("三千至五千块", (0.3, 0.5)),
        ("五千到一万元", (0.5, 1)),
        ("十万八万都行", (8, 10)),
        ("不超过30万", (None, 30)),
        ("控制在二十万以内", (None, 20)),
        ("80万封顶", (None, 80)),
        ("不低于50万", (50, None)),
        ("十万起", (10, None)),
        ("至少20万，最多50万", (20, 50)),
        ("設備預算參考：六十萬", (60, 60)),
        ("有２００万经费", (200, 200)),
        ("拟投入（万元）：50", (50, 50)),
        ("项目预算(单位：万元) 120.5", (120.5, 120.5)),
        ("设备30万加服务5万", (35, 35)),
        ("硬件预算20万，软件再给10万", (30, 30)),
        ("预算：1、直接费用90万 2、间接费用10万", (100, 100)),
        ("打算砸80万进去", (80, 80)),
        ("上百万也愿意投", (100, None)),
        ("预算50万+", (50, None)),
        ("预算没超过五万", (None, 5)),
        ("预算几十万", (20, 90)),
        ("预算每年10万", (10, 10)),
        ("每年拿10万出来搞这个", (10, 10)),
        ("公司拟自筹300万元", (300, 300)),
        ("把预算调到80", (80, 80)),
        ("手头就五万块", (5, 5)),
        ("预算300到500，2027年底", (300, 500)),
        ("先期投20万，后面再加30万", (50, 50)),
        ("三十到五十万之间", (30, 50)),
        ("一万元人民币", (1, 1)),
        ("起步二十万", (20, None)),
        ("预算怎么也得五十万", (50, None)),
        ("愿以30万元求购该技术", (30, 30)),
        ("研发投入约200万元", (200, 200)),
        ("以不高于80万元的价格获得专利许可", (None, 80)),
        ("投入资金（万元）：300-500", (300, 500)),
        ("钱十多二十万可以", (10, 20)),
        ("预算8-10万 年前要弄好", (8, 10)),
        ("高于30万就不考虑了", (None, 30)),
        ("钱嘛，二三十个没得问题", (20, 30)),
        ("准备了一百二十万专项资金", (120, 120)),
        ("揭榜金额300万元", (300, 300)),
    ],
)
def test_amounts_in_any_writing(text: str, bounds: Bounds) -> None:
    assert read(text) == pytest.approx(bounds)


@pytest.mark.parametrize(
    "text",
    [
        "前期已投入120万元，效果不好",
        "公司年产值2000万",
        "注册资金500万，成立于2010年",
        "去年销售收入3亿多",
        "光报废就损失了80万",
        "药剂成本每年50万左右",
        "一台进口设备要80万",
        "年产30万吨水泥",
        "给5万只鸡打疫苗",
        "80w的激光器打不透",
        "被环保罚了20万",
        "政府补贴30万元",
        "每吨要多花500块",
        "数据有300万条",
        "已经出了3万期",
        "贷款两百万还没还完",
        "项目总投资3亿元的园区里",
        "2027年6月要用",
        "客户索赔了30万",
        "客户的项目总价800万",
        "处置费每吨320元，年费用1400余万元",
        "设备原值1200万元，折旧后860万元",
        "2023年研发投入1200万元",
        "企业研发投入占比5%，约400万元",
        "有没有预算限制",
        "这条线是2019年花300万上的",
        "同行花了50万做的效果也不行",
        "获得省级资金支持50万元",
        "设备是花了60万买的",
        "有没有50万的补贴",
    ],
)
def test_other_money_and_counts_are_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("已投入85万，还打算拿出60万", (60, 60)),
        ("年产值两个亿，预算五十万", (50, 50)),
        ("不是30万是50万", (50, 50)),
        ("预算从30万改成50万", (50, 50)),
        ("预算从50万提高到70万", (70, 70)),
        ("预算写错了，是15万不是150万", (15, 15)),
        ("20万加10万，总共30万", (30, 30)),
        ("先拿20万，做得好加到60万", (20, 60)),
        ("预算：50万\n期限：年底前", (50, 50)),
        ("预算改成60万期限不变", (60, 60)),
    ],
)
def test_of_several_amounts_the_budget_is_taken(text: str, bounds: Bounds) -> None:
    assert read(text) == bounds


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("三五十个", (30, 50)),
        ("最高给到一百五", (None, 150)),
        ("二十三十都行", (20, 30)),
        ("50", (50, 50)),
        ("30-50", (30, 50)),
        ("300000", (30, 30)),
    ],
)
def test_bare_numbers_count_only_when_the_budget_is_asked(text: str, bounds: Bounds) -> None:
    assert read(text, asked=True) == bounds
    assert read(text) is None


@pytest.mark.parametrize("text", ["预算10万美元", "预算$5万", "愿意出3万欧元"])
def test_other_currencies_are_not_taken_for_rmb(text: str) -> None:
    assert read(text) is None
    assert read(text, asked=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "到时候看",
        "按你们的标准来",
        "根据效果付费",
        "先看看多少钱",
        "看方案再定",
        "领导还没批下来",
        "价格面谈",
        "合适就做",
        "面议",
        "预算面议",
        "费用好商量",
        "钱的事再谈",
        "你们先报个价",
    ],
)
def test_negotiable(text: str) -> None:
    assert read(text, asked=True) == "negotiable"


@pytest.mark.parametrize(
    "text", ["没有预算", "暂时没得经费", "预算：暂无", "一分钱都没得", "暂时没这个钱", "预算暂时没有", "预算目前莫得"]
)
def test_no_budget(text: str) -> None:
    assert read(text) == "none"


@pytest.mark.parametrize("text", ["暂无吧", "大概暂无，半年内", "现在没有", "这个暂时没有，明年5月15号之前", "没得哈"])
def test_no_budget_as_the_answer(text: str) -> None:
    assert read(text, asked=True) == "none"


@pytest.mark.parametrize("text", ["没有时间要求", "没有问题", "无法确定"])
def test_another_lack_is_not_a_lack_of_budget(text: str) -> None:
    assert read(text, asked=True) is None


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("预算0", True), ("零万元", True), ("预算-5万", True), ("预算0.5万", False), ("预算10万", False)],
)
def test_an_amount_of_nothing_is_noticed(text: str, nothing: bool) -> None:
    assert names_nothing(text) is nothing
