"""Options that a text names in people's own words."""

import pytest

from bot.core.demand import CATEGORIES, COOP_MODES, FIELDS, URGENCIES
from bot.nlu.gazetteer import rows
from bot.nlu.options import options


def read(text: str, kind: str, question: str | None = None) -> str | None:
    return next((option for found, option, _, _ in options(text, question) if found == kind), None)


@pytest.mark.parametrize(
    ("text", "kind", "option"),
    [
        ("想委托你们开发一套系统", "coop_mode", "委托开发"),
        ("希望跟高校联合攻关", "coop_mode", "合作开发"),
        ("想买个专利", "coop_mode", "技术转让"),
        ("专利授权给我们用", "coop_mode", "技术许可"),
        ("想建个联合实验室", "coop_mode", "共建平台"),
        ("合作方式可协商", "coop_mode", "可协商"),
        ("急死了，线都停了", "urgency", "紧急"),
        ("有些急", "urgency", "较急"),
        ("不是很急", "urgency", "一般"),
        ("类型改成技术诊断与咨询", "category", "技术诊断与咨询"),
        ("领域是新材料", "field", "新材料"),
        ("急性毒性试验", "urgency", None),
        ("能不能加急", "urgency", None),
        ("新材料厂房漏水", "field", None),
    ],
)
def test_words_anywhere(text: str, kind: str, option: str | None) -> None:
    assert read(text, kind) == option


@pytest.mark.parametrize(
    ("text", "kind", "option"),
    [
        ("培训", "category", "人才培养与培训"),
        ("检测", "category", "检验检测与标准"),
        ("其他", "category", "其他"),
        ("农业的", "field", "现代农业与食品"),
        ("委托", "coop_mode", "委托开发"),
        ("都可以", "coop_mode", "可协商"),
        ("一般", "urgency", "一般"),
        ("急", "urgency", "紧急"),
    ],
)
def test_single_words_answer_their_question(text: str, kind: str, option: str) -> None:
    assert read(text, kind, kind) == option


def test_the_table_names_only_options_that_exist() -> None:
    known = {"category": CATEGORIES, "field": FIELDS, "coop_mode": COOP_MODES, "urgency": URGENCIES}
    assert all(row["option"] in known[row["kind"]] and row["when"] in ("any", "asked") for row in rows("options.csv"))
