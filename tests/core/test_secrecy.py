"""Secret matters are refused; questions about secrecy and numbers that only look alike are not."""

import pytest

from bot.core.secrecy import tells_a_secret, without_numbers


@pytest.mark.parametrize(
    "text", ["我们有个涉密的军工项目想找专家", "这是机密项目", "这个是秘密级的图纸", "项目涉及国家秘密，找人攻关"]
)
def test_a_secret_matter_is_recognised(text: str) -> None:
    assert tells_a_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "涉密的能提吗",
        "我们不涉密",
        "会不会涉密哦",
        "涉密项目可以报不",
        "担心泄密",
        "属于涉密内容，你们能不能做",
        "焊缝老是裂",
    ],
)
def test_a_question_or_a_denial_is_none(text: str) -> None:
    assert not tells_a_secret(text)


def test_numbers_of_people_and_accounts_are_dropped() -> None:
    assert without_numbers("我身份证号510107199001011232你查一下") == "我身份证号你查一下"
    assert without_numbers("卡号 4111 1111 1111 1111。") == "卡号 。"


@pytest.mark.parametrize("text", ["13800000000", "订单号20261122000000123456", "成本从12345678降到1234567", "信用代码"])
def test_other_numbers_stay(text: str) -> None:
    assert without_numbers(text) == text
