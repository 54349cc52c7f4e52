"""What WeChat pushes to the account: messages and events, as XML."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.demo.account import DemoAccount

UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"
"""What WeChat itself puts as text in place of stickers, files and the like."""

Value = str | int


@dataclass(frozen=True)
class Push:
    """One message or event; the same body is sent again when nobody answers."""

    openid: str
    fields: tuple[tuple[str, Value], ...]

    def xml(self) -> bytes:
        inner = "".join(f"<{name}>{_node(value)}</{name}>" for name, value in self.fields)
        return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


class Pushes:
    """Builds the pushes of one account. Every message has its own MsgId."""

    def __init__(self, account: DemoAccount, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._clock = clock
        self._serial = itertools.count(secrets.randbelow(1_000_000) * 1000)

    def text(self, openid: str, content: str) -> Push:
        return self._message(openid, "text", ("Content", content))

    def unsupported(self, openid: str) -> Push:
        """A sticker or file."""
        return self.text(openid, UNSUPPORTED)

    def image(self, openid: str, pic_url: str, media_id: str) -> Push:
        return self._message(openid, "image", ("PicUrl", pic_url), ("MediaId", media_id))

    def voice(self, openid: str, media_id: str) -> Push:
        """Recognition is switched off by WeChat: always empty."""
        return self._message(openid, "voice", ("MediaId", media_id), ("Format", "amr"), tail=(("Recognition", ""),))

    def video(self, openid: str, media_id: str, thumb_media_id: str) -> Push:
        return self._message(openid, "video", ("MediaId", media_id), ("ThumbMediaId", thumb_media_id))

    def location(self, openid: str, latitude: float, longitude: float, label: str) -> Push:
        return self._message(
            openid,
            "location",
            ("Location_X", f"{latitude:.6f}"),
            ("Location_Y", f"{longitude:.6f}"),
            ("Scale", 16),
            ("Label", label),
        )

    def link(self, openid: str, title: str, description: str, url: str) -> Push:
        return self._message(openid, "link", ("Title", title), ("Description", description), ("Url", url))

    def subscribe(self, openid: str, scene: str = "") -> Push:
        """`scene`: the QR code's, when one was scanned."""
        ticket = (("Ticket", secrets.token_urlsafe(24)),) if scene else ()
        return self._event(openid, "subscribe", ("EventKey", f"qrscene_{scene}" if scene else ""), *ticket)

    def unsubscribe(self, openid: str) -> Push:
        return self._event(openid, "unsubscribe", ("EventKey", ""))

    def click(self, openid: str, key: str) -> Push:
        """A tap on the menu."""
        return self._event(openid, "CLICK", ("EventKey", key))

    def scan(self, openid: str, scene: str) -> Push:
        return self._event(openid, "SCAN", ("EventKey", scene), ("Ticket", secrets.token_urlsafe(24)))

    def position(self, openid: str, latitude: float, longitude: float) -> Push:
        """The automatic LOCATION event, not a message of the user."""
        return self._event(
            openid,
            "LOCATION",
            ("Latitude", f"{latitude:.6f}"),
            ("Longitude", f"{longitude:.6f}"),
            ("Precision", "65.000000"),
        )

    def template_finished(self, openid: str, msgid: int, status: str = "success") -> Push:
        return self._event(openid, "TEMPLATESENDJOBFINISH", ("MsgID", msgid), ("Status", status))

    def _message(
        self, openid: str, kind: str, *fields: tuple[str, Value], tail: tuple[tuple[str, Value], ...] = ()
    ) -> Push:
        msg_id = int(self._clock().timestamp()) * 1_000_000_000 + next(self._serial)
        return Push(openid, (*self._head(openid, kind), *fields, ("MsgId", msg_id), *tail))

    def _event(self, openid: str, event: str, *fields: tuple[str, Value]) -> Push:
        return Push(openid, (*self._head(openid, "event"), ("Event", event), *fields))

    def _head(self, openid: str, kind: str) -> tuple[tuple[str, Value], ...]:
        return (
            ("ToUserName", self._account.original_id),
            ("FromUserName", openid),
            ("CreateTime", int(self._clock().timestamp())),
            ("MsgType", kind),
        )


def _node(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
