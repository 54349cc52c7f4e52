"""What WeChat pushes: messages and events as typed values, and what tells one from another."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.wechat.xml import Fields

UNSUPPORTED = frozenset(
    {
        "【收到不支持的消息类型，暂无法显示】",
        "【收到不支援的訊息類型，無法顯示】",
        "【收到不支援的訊息類型，暫無法顯示】",
        "[收到不支持的消息类型，暂无法显示]",
        "[Unsupported Message]",
        "[Received an unsupported message type, unable to display]",
    }
)
"""Texts that WeChat puts in place of stickers, files and what else it does not pass on."""
_OPENID = r"[A-Za-z0-9_@.-]{1,64}"
_INTEGER = r"\s*[0-9]{1,20}\s*"


@dataclass(frozen=True)
class Push:
    """What all pushes have. `key` is the same for every delivery of one push, and for no other."""

    to_user: str
    from_user: str
    created: str
    key: str

    @property
    def kind(self) -> str:
        """A short word for the inbox: text, image, event:subscribe …"""
        return "unknown"


@dataclass(frozen=True)
class Text(Push):
    content: str = field(repr=False)

    @property
    def kind(self) -> str:
        return "text"


@dataclass(frozen=True)
class Media(Push):
    """A picture, voice message or video. `recognition` is empty as a rule: WeChat switched it off."""

    type: str
    media_id: str = field(repr=False)
    recognition: str = field(default="", repr=False)

    @property
    def kind(self) -> str:
        return self.type


@dataclass(frozen=True)
class Location(Push):
    latitude: str = field(repr=False)
    longitude: str = field(repr=False)
    label: str = field(repr=False)

    @property
    def kind(self) -> str:
        return "location"


@dataclass(frozen=True)
class Link(Push):
    title: str = field(repr=False)
    description: str = field(repr=False)
    url: str = field(repr=False)

    @property
    def kind(self) -> str:
        return "link"


@dataclass(frozen=True)
class Unsupported(Push):
    """Something that WeChat does not pass on, or a text without a sign in it."""

    @property
    def kind(self) -> str:
        return "unsupported"


@dataclass(frozen=True)
class Subscribe(Push):
    """Someone follows the account, or scans its code while following; `scene` of the code, if any."""

    scene: str = ""
    new: bool = True

    @property
    def kind(self) -> str:
        return "event:subscribe" if self.new else "event:SCAN"


@dataclass(frozen=True)
class Unsubscribe(Push):
    @property
    def kind(self) -> str:
        return "event:unsubscribe"


@dataclass(frozen=True)
class Click(Push):
    menu_key: str

    @property
    def kind(self) -> str:
        return "event:CLICK"


@dataclass(frozen=True)
class TemplateResult(Push):
    """How the delivery of a template message ended: `success`, `failed:user block` …"""

    message_id: str
    status: str

    @property
    def kind(self) -> str:
        return "event:template"


@dataclass(frozen=True)
class Other(Push):
    """A message or event that asks for nothing."""

    name: str

    @property
    def kind(self) -> str:
        return f"other:{self.name}"


def read(fields: Fields) -> Push:
    """The push of decrypted fields. Raises RejectedRequest when one that is needed is missing or malformed."""
    kind = fields.one("MsgType", r"[A-Za-z_]{1,32}")
    return _event(fields) if kind == "event" else _MESSAGES.get(kind, _other_message)(fields)


def _message(fields: Fields) -> tuple[str, str, str, str]:
    to_user, from_user, created = _common(fields)
    number = fields.one("MsgId", _INTEGER).strip()
    return to_user, from_user, created, _key(to_user, from_user, number, created)


def _common(fields: Fields) -> tuple[str, str, str]:
    created = fields.one("CreateTime", _INTEGER).strip()
    return fields.one("ToUserName", _OPENID), fields.one("FromUserName", _OPENID), created


def _key(*parts: str) -> str:
    """A digest, so that the inbox holds no OpenID in its key."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _text(fields: Fields) -> Push:
    content = fields.one("Content", default="")
    common = _message(fields)
    visible = content.strip().strip("\u200b\u200c\u200d\u2060\ufeff")
    return Unsupported(*common) if not visible or visible in UNSUPPORTED else Text(*common, content)


def _media(kind: str) -> Callable[[Fields], Push]:
    def read_media(fields: Fields) -> Push:
        recognition = fields.one("Recognition", default="").strip() if kind == "voice" else ""
        return Media(*_message(fields), kind, fields.one("MediaId", r"\S{1,200}"), recognition)

    return read_media


def _location(fields: Fields) -> Push:
    degrees = r"\s*-?[0-9]{1,3}(\.[0-9]{1,12})?\s*"
    return Location(
        *_message(fields),
        fields.one("Location_X", degrees).strip(),
        fields.one("Location_Y", degrees).strip(),
        fields.one("Label", default="").strip()[:200],
    )


def _link(fields: Fields) -> Push:
    limits = {"Title": 200, "Description": 500, "Url": 1000}
    return Link(*_message(fields), *(fields.one(name, default="").strip()[:limit] for name, limit in limits.items()))


def _other_message(fields: Fields) -> Push:
    return Unsupported(*_message(fields))


_MESSAGES: dict[str, Callable[[Fields], Push]] = {
    "text": _text,
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "shortvideo": _media("video"),
    "location": _location,
    "link": _link,
}


def _event(fields: Fields) -> Push:
    name = fields.one("Event", r"[A-Za-z0-9_]{1,64}")
    to_user, from_user, created = _common(fields)
    key = fields.one("EventKey", default="")[:200]
    number = fields.one("MsgID", default="") or fields.one("MsgId", default="") or fields.one("Ticket", default="")
    common = to_user, from_user, created, _key(to_user, from_user, created, name, key, number)
    if name == "subscribe":
        return Subscribe(*common, key.removeprefix("qrscene_"))
    if name == "SCAN":
        return Subscribe(*common, key, new=False)
    if name == "unsubscribe":
        return Unsubscribe(*common)
    if name == "CLICK":
        return Click(*common, key)
    if name == "TEMPLATESENDJOBFINISH":
        return TemplateResult(*common, number, fields.one("Status", default="")[:60])
    return Other(*common, name)
