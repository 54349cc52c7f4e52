"""WeChat's side of one official account: followers, quotas, templates, media, and what was sent to whom."""

import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.demo.access_tokens import AccessTokens
from connectors.demo.account import DemoAccount
from connectors.demo.faults import Faults
from connectors.demo.media_store import MediaStore
from connectors.demo.windows import Windows

OK = 0
JOURNAL_LENGTH = 1000
SAME_MESSAGE = timedelta(minutes=10)
TEMPLATE_FIELD_LIMIT = 20


@dataclass(frozen=True)
class Sent:
    """Something that reached a user: kind text, image, template, subscription, typing or typing_ended."""

    openid: str
    kind: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """An approved template: its title and its fields in order, key → label."""

    title: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """One request in the journal; `escaped`: the JSON body was sent with \\u escapes."""

    path: str
    errcode: int
    body: Any
    escaped: bool
    at: datetime


class FakeWeChat:
    """The state behind the fake API. Methods answer with an errcode; what is delivered goes to the listeners."""

    def __init__(
        self,
        account: DemoAccount,
        clock: Callable[[], datetime],
        directory: Path,
        templates: Mapping[str, Template] | None = None,
    ) -> None:
        self.account = account
        self.clock = clock
        self.windows = Windows(clock)
        self.tokens = AccessTokens(clock)
        self.faults = Faults()
        self.media = MediaStore(directory, clock)
        self.templates = dict(templates or {})
        self.journal: deque[Call] = deque(maxlen=JOURNAL_LENGTH)
        self.listeners: list[Callable[[Sent], None]] = []
        self.menu: dict[str, Any] | None = None
        self.authorised = True
        """False: an account that is not verified; sending is refused with 48001."""
        self.allowed_addresses: frozenset[str] | None = None
        self.secret_frozen = False
        self.job_finished: Callable[[str, int, str], Awaitable[None]] | None = None
        """Called with openid, msgid and status after a template message."""
        self._followers: dict[str, bool] = {}
        self._consents: dict[tuple[str, str], int] = {}
        self._client_ids: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._msgids = itertools.count(200_000_000_000)

    def follow(self, openid: str) -> None:
        self._followers[openid] = True

    def unfollow(self, openid: str) -> None:
        self._followers[openid] = False
        self.windows.closed(openid)

    def follows(self, openid: str) -> bool:
        return self._followers.get(openid, False)

    def agree(self, openid: str, template_id: str) -> None:
        """The user agreed to one more subscription message of this template."""
        self._consents[openid, template_id] = self._consents.get((openid, template_id), 0) + 1

    def send_custom(self, body: Mapping[str, Any]) -> int:
        """message/custom/send."""
        openid = body.get("touser")
        code, sent = self._custom_content(str(openid), body)
        code = self._recipient(openid) or code or self.windows.take(str(openid))
        if code == OK and sent is not None:
            self._deliver(sent)
        return code

    def set_typing(self, body: Mapping[str, Any]) -> int:
        """message/custom/typing."""
        openid, command = body.get("touser"), body.get("command")
        if command not in ("Typing", "CancelTyping"):
            return 45072
        if code := self._recipient(openid):
            return code
        if not self.windows.in_touch(str(openid)):
            return 45080
        self._deliver(Sent(str(openid), "typing" if command == "Typing" else "typing_ended"))
        return OK

    def send_template(self, body: Mapping[str, Any]) -> tuple[int, int]:
        """message/template/send: errcode and msgid."""
        openid = str(body.get("touser"))
        template = self.templates.get(str(body.get("template_id")))
        if code := self._recipient(openid):
            return code, 0
        if template is None:
            return 40037, 0
        values = _template_values(template, body.get("data"))
        if values is None:
            return 47003, 0
        return self._template_once(openid, str(body.get("client_msg_id", "")), template, values, body)

    def send_subscription(self, body: Mapping[str, Any]) -> int:
        """message/subscribe/bizsend: one message for each consent."""
        openid, template_id = str(body.get("touser")), str(body.get("template_id"))
        template = self.templates.get(template_id)
        if code := self._recipient(openid):
            return code
        if template is None:
            return 40037
        if self._consents.get((openid, template_id), 0) < 1:
            return 43101
        values = _template_values(template, body.get("data"))
        if values is None:
            return 47003
        self._consents[openid, template_id] -= 1
        self._deliver(Sent(openid, "subscription", template.title, {"fields": values}))
        return OK

    def _template_once(
        self, openid: str, once: str, template: Template, values: dict[str, str], body: Mapping[str, Any]
    ) -> tuple[int, int]:
        earlier = self._client_ids.get((openid, once)) if once else None
        if earlier is not None and self.clock() - earlier[0] < SAME_MESSAGE:
            return OK, earlier[1]
        msgid = next(self._msgids)
        if once:
            self._client_ids[openid, once] = (self.clock(), msgid)
        data = {"fields": values, "url": str(body.get("url", "")), "msgid": msgid}
        self._deliver(Sent(openid, "template", template.title, data))
        return OK, msgid

    def _recipient(self, openid: object) -> int:
        if not self.authorised:
            return 48001
        if not isinstance(openid, str) or openid not in self._followers:
            return 40003
        return OK if self._followers[openid] else 43004

    def _custom_content(self, openid: str, body: Mapping[str, Any]) -> tuple[int, Sent | None]:
        kind = body.get("msgtype")
        given = body.get(str(kind))
        content = given if isinstance(given, dict) else {}
        if kind == "text":
            text = str(content.get("content", ""))
            if not text.strip():
                return 44004, None
            return (45002, None) if len(text.encode()) > 2048 else (OK, Sent(openid, "text", text))
        if kind in ("image", "voice", "video"):
            media = self.media.find(str(content.get("media_id", "")))
            if media is None or self.media.expired(media):
                return 40007, None
            return OK, Sent(openid, str(kind), data={"media_id": media.media_id})
        return 40008, None

    def _deliver(self, sent: Sent) -> None:
        for listener in self.listeners:
            listener(sent)


def _template_values(template: Template, data: object) -> dict[str, str] | None:
    """Label → value, or None when a field is missing or too long."""
    if not isinstance(data, dict):
        return None
    values = {}
    for key, label in template.fields.items():
        given = data.get(key)
        value = given.get("value") if isinstance(given, dict) else None
        if not isinstance(value, str) or not value.strip() or len(value) > TEMPLATE_FIELD_LIMIT:
            return None
        values[label] = value
    return values
