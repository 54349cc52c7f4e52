"""Text for WeChat: bytes, graphemes, XML and commands."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.wechat.text import neutralise, sanitise, split

FAMILY = "👨‍👩‍👧‍👦"


@given(st.text(max_size=400), st.integers(4, 60))
def test_parts_fit_and_join_to_the_text(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(0 < len(part.encode("utf-8", "surrogatepass")) <= limit for part in parts)


def test_a_family_emoji_is_not_torn_apart() -> None:
    parts = split(FAMILY * 100)
    assert len(parts) > 1
    assert all(part.replace(FAMILY, "") == "" for part in parts)


def test_a_long_text_breaks_behind_a_sentence() -> None:
    first, *_ = split("这是一句话。" * 200)
    assert first.endswith("。")
    assert len(first.encode()) <= 2000


def test_an_endless_grapheme_still_fits() -> None:
    assert all(len(part.encode()) <= 2000 for part in split("a" + "\u0301" * 3000))


def test_nothing_to_say_is_no_part() -> None:
    assert split("") == []


@given(st.text())
def test_sanitised_text_can_stand_in_a_cdata_section(text: str) -> None:
    from xml.etree import ElementTree

    clean = sanitise(text + "]]>" + text)
    parsed = ElementTree.fromstring(f"<x><![CDATA[{clean}]]></x>")  # noqa: S314
    assert (parsed.text or "") == clean


def test_line_breaks_and_tabs_stay() -> None:
    assert sanitise("一\r\n二\t三\x00\ud800") == "一\n二\t三"


def test_a_command_of_the_user_is_only_text() -> None:
    for text in ("/restart", "  /restart", "\u3000/restart", "\ufeff/restart", "\n\t/restart", "//restart"):
        assert not neutralise(text).strip("\ufeff \u3000\n\t").startswith("/")


@given(st.text(alphabet=" \t\n\u3000/\u200b\ufeffa／", max_size=8))
def test_no_text_becomes_a_command_when_stripped(text: str) -> None:
    assert not neutralise(text).strip().startswith("/")


def test_other_text_is_left_alone() -> None:
    assert neutralise("预算30/50万") == "预算30/50万"
