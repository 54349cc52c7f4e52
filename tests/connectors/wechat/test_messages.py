"""From WeChat's XML to typed pushes."""

from typing import Any

import pytest

from connectors.wechat import messages as m
from connectors.wechat import xml
from connectors.wechat.crypto import RejectedRequest


def read(kind: str, *, created: str = "1763784000", sender: str = "oOne", **fields: Any) -> m.Push:
    inner = {"ToUserName": "gh_0123456789ab", "FromUserName": sender, "CreateTime": created, "MsgType": kind}
    nodes = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in (inner | fields).items())
    return m.read(xml.read(f"<xml>{nodes}</xml>".encode()))


def test_a_text_keeps_its_spaces() -> None:
    push = read("text", Content=" 你好 ", MsgId="1")
    assert isinstance(push, m.Text)
    assert push.content == " 你好 "


@pytest.mark.parametrize("content", ["", "  \n", "\u200b\u200d", *sorted(m.UNSUPPORTED)])
def test_what_wechat_does_not_pass_on_is_no_text(content: str) -> None:
    assert isinstance(read("text", Content=content, MsgId="1"), m.Unsupported)


def test_kinds() -> None:
    media = {"MediaId": "media-1", "MsgId": "1"}
    place = {"Location_X": "30.67", "Location_Y": "104.06", "Scale": "16", "Label": "成都市郫都区", "MsgId": "1"}
    link = {"Title": "题", "Description": "述", "Url": "https://example.com", "MsgId": "1"}
    found = [
        read("image", PicUrl="https://example.com/a.jpg", **media),
        read("voice", Format="amr", Recognition="", **media),
        read("video", **media),
        read("shortvideo", **media),
        read("location", **place),
        read("link", **link),
        read("file", **media),
        read("event", Event="subscribe", EventKey="qrscene_7", Ticket="t"),
        read("event", Event="SCAN", EventKey="7"),
        read("event", Event="unsubscribe", EventKey=""),
        read("event", Event="CLICK", EventKey="status"),
        read("event", Event="TEMPLATESENDJOBFINISH", MsgID="200163836", Status="success"),
        read("event", Event="LOCATION", Latitude="30", Longitude="104", Precision="1"),
        read("event", Event="user_authorization_revoke"),
    ]
    assert [push.kind for push in found] == [
        "image",
        "voice",
        "video",
        "video",
        "location",
        "link",
        "unsupported",
        "event:subscribe",
        "event:SCAN",
        "event:unsubscribe",
        "event:CLICK",
        "event:template",
        "other:LOCATION",
        "other:user_authorization_revoke",
    ]
    assert isinstance(found[7], m.Subscribe)
    assert found[7].scene == "7"


def test_the_same_push_has_the_same_key_and_no_other_has_it() -> None:
    keys = [
        read("text", Content="一", MsgId="1").key,
        read("text", Content="一", MsgId="1", sender="oTwo").key,
        read("text", Content="一", MsgId="2").key,
        read("text", Content="一", MsgId="1", created="1763784001").key,
        read("event", Event="subscribe").key,
        read("event", Event="unsubscribe").key,
        read("event", Event="CLICK", EventKey="a").key,
        read("event", Event="CLICK", EventKey="b").key,
        read("event", Event="TEMPLATESENDJOBFINISH", MsgID="1", Status="success").key,
        read("event", Event="TEMPLATESENDJOBFINISH", MsgID="2", Status="success").key,
    ]
    assert len(set(keys)) == len(keys)
    assert read("text", Content="一", MsgId="1").key == keys[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "text", "Content": "一"},
        {"kind": "text", "Content": "一", "MsgId": "x"},
        {"kind": "text", "Content": "一", "MsgId": "1", "created": ""},
        {"kind": "text", "Content": "一", "MsgId": "1", "sender": "../etc"},
        {"kind": "text", "Content": "一", "MsgId": "1", "sender": "o" * 65},
        {"kind": "image", "MsgId": "1"},
        {"kind": "location", "MsgId": "1", "Location_X": "x", "Location_Y": "1"},
        {"kind": "event"},
        {"kind": "event", "Event": "a b"},
        {"kind": ""},
    ],
)
def test_what_is_missing_or_malformed_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(RejectedRequest):
        read(**fields)


@pytest.mark.parametrize(
    "document",
    [
        "",
        " ",
        "{}",
        "<xml>",
        "<html></html>",
        "<xml><a/></xml><xml/>",
        "<!DOCTYPE xml><xml><a>1</a></xml>",
        '<!DOCTYPE xml SYSTEM "http://example.com/x.dtd"><xml/>',
        '<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><c>&b;</c></xml>',
        '<?xml version="1.0" encoding="gbk"?><xml/>',
        "<xml><a>1</a><a>2</a></xml>",
        "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>",
        "<xml>" + "".join(f"<a{i}/>" for i in range(500)) + "</xml>",
        "<xml><a>\x08</a></xml>",
        "<xml><a>&#xD800;</a></xml>",
        "<xml><a>&undefined;</a></xml>",
        "<xml><a>" + "x" * 70_000 + "</a></xml>",
    ],
)
def test_xml_that_wechat_never_sends_is_refused(document: str) -> None:
    with pytest.raises(RejectedRequest):
        xml.read(document.encode())


@pytest.mark.parametrize(
    "body", ["<xml><a>你好</a></xml>".encode("gbk"), b"\xff\xfe<xml/>", b"<xml>\xed\xa0\x80</xml>"]
)
def test_other_charsets_are_refused(body: bytes) -> None:
    with pytest.raises(RejectedRequest):
        xml.read(body)


def test_an_element_with_children_is_no_text() -> None:
    fields = xml.read(b"<xml><FromUserName><a>1</a></FromUserName><Scan><b>2</b></Scan><c>3</c></xml>")
    assert dict(fields) == {"c": "3"}
    with pytest.raises(RejectedRequest):
        fields.one("FromUserName")


def test_control_characters_of_a_signed_text_are_dropped() -> None:
    assert xml.read(b"<xml><a>1\x082</a></xml>", lenient=True)["a"] == "12"
