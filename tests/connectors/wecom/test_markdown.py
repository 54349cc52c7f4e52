"""How a notice is written for WeCom."""

from connectors.wecom.markdown import notice


def test_what_a_person_wrote_cannot_become_a_link_or_a_mention() -> None:
    text = notice("问题：[点这里](http://example.com) <@all> **急** # 标题\n第二行")
    assert text == "问题：［点这里］(http://example.com) ＜@all＞ ＊＊急＊＊ ＃ 标题\n第二行"


def test_only_a_labelled_address_in_the_last_line_becomes_a_link() -> None:
    assert notice("网址：http://example.com\n查看与办理：https://example.com/l/a_b-c") == (
        "网址：http://example.com\n[查看与办理](https://example.com/l/a_b-c)"
    )


def test_a_short_text_without_an_address_stays_as_it_is() -> None:
    assert notice("CD-20261120-0001 已改派，不用再处理。") == "CD-20261120-0001 已改派，不用再处理。"


def test_a_long_text_is_cut_between_graphemes() -> None:
    text = notice("👨‍👩‍👧" * 400)
    assert len(text.encode()) <= 4096
    assert text.removesuffix("…").replace("👨‍👩‍👧", "") == ""
