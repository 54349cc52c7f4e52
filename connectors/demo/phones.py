"""The phones of the demo: each belongs to one make-believe WeChat user."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from connectors.demo.fake_wechat import FakeWeChat, Sent
from connectors.demo.feed import Feed
from connectors.demo.texts import text

LIMIT = 500
"""Phones in one demo."""
TYPING = timedelta(seconds=15)
"""How long 「对方正在输入」 stays."""
_OPENID = re.compile(r"o[\w-]{27}")


class TooManyPhonesError(Exception):
    """The demo has as many phones as it takes."""


@dataclass
class Phone:
    """One user's WeChat, seen from the phone."""

    openid: str
    name: str
    feed: Feed
    typing_until: datetime | None = None


class Phones:
    """All phones; their history is kept in files and survives a restart."""

    def __init__(self, directory: Path, fake: FakeWeChat, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._fake = fake
        self._clock = clock
        self._phones: dict[str, Phone] = {}
        for path in sorted(directory.glob("o*.json"), key=lambda path: path.stat().st_mtime):
            self._restore(path)
        fake.listeners.append(self._received)

    def all(self) -> list[Phone]:
        return list(self._phones.values())

    def find(self, openid: str) -> Phone | None:
        return self._phones.get(openid)

    def create(self, name: str = "") -> Phone:
        """A new user who does not follow the account yet."""
        if len(self._phones) >= LIMIT:
            raise TooManyPhonesError
        openid = "o" + secrets.token_urlsafe(32)[:27]
        name = name.strip()[:20] or text("default_name", number=len(self._phones) + 1)
        self._directory.mkdir(parents=True, exist_ok=True)
        note = {"openid": openid, "name": name}
        (self._directory / f"{openid}.json").write_text(json.dumps(note, ensure_ascii=False), "utf-8")
        return self._add(openid, name)

    def _add(self, openid: str, name: str) -> Phone:
        phone = Phone(openid, name, Feed(self._directory / f"{openid}.jsonl", self._clock))
        self._phones[openid] = phone
        return phone

    def _restore(self, path: Path) -> None:
        note = json.loads(path.read_text("utf-8"))
        if not _OPENID.fullmatch(note["openid"]):
            return
        phone = self._add(note["openid"], note["name"])
        for entry in phone.feed.entries:
            if entry.side == "user":
                self._fake.follow(phone.openid)
                self._fake.windows.opened_by_message(phone.openid, datetime.fromisoformat(entry.at))
            elif entry.kind == "subscribe":
                self._fake.follow(phone.openid)
            elif entry.kind == "unsubscribe":
                self._fake.unfollow(phone.openid)
            elif entry.data.get("by") == "service":
                self._fake.windows.take(phone.openid)

    def _received(self, sent: Sent) -> None:
        """The API delivered something to a user."""
        phone = self._phones.get(sent.openid)
        if phone is None:
            return
        if sent.kind in ("typing", "typing_ended"):
            phone.typing_until = self._clock() + TYPING if sent.kind == "typing" else None
            phone.feed.wake()
            return
        phone.typing_until = None
        by = "template" if sent.kind in ("template", "subscription") else "service"
        phone.feed.append("bot", sent.kind, sent.text, by=by, **sent.data)
