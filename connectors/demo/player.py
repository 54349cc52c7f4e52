"""Lets a make-believe user do things: write, send pictures, subscribe, tap the menu."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connectors.demo import samples
from connectors.demo.fake_wechat import FakeWeChat
from connectors.demo.feed import Entry
from connectors.demo.media_store import StoredMedia
from connectors.demo.phones import Phone, Phones
from connectors.demo.pusher import Attempt, AttemptOutcome, Pusher
from connectors.demo.pushes import Push, Pushes
from connectors.demo.texts import text

TEXT_LIMIT = 4000
IMAGE_LIMIT = 10 * 1024 * 1024
VOICE_SECONDS = range(1, 61)


class NotSendableError(Exception):
    """WeChat would not let the user send this; `reason` is a word for the API."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Player:
    """Turns what a user does into a push, and the account's answer into what the phone shows."""

    def __init__(
        self,
        fake: FakeWeChat,
        phones: Phones,
        pusher: Pusher,
        clock: Callable[[], datetime],
        picture_url: str,
    ) -> None:
        """`picture_url`: where the account can fetch pictures, ends before the media id."""
        self._fake = fake
        self._phones = phones
        self._pusher = pusher
        self._pushes = Pushes(fake.account, clock)
        self._picture_url = picture_url
        self._running: set[asyncio.Task[None]] = set()
        fake.job_finished = self._job_finished

    def act(self, phone: Phone, given: Mapping[str, Any]) -> Entry:
        """Do what `given` says (its "type" and values); the answer comes later. Raises NotSendableError."""
        kind = str(given.get("type"))
        if kind == "subscribe":
            return self._subscribe(phone, str(given.get("scene", "")))
        if not self._fake.follows(phone.openid):
            raise NotSendableError("not_following")
        if kind in ("unsubscribe", "click", "scan", "position"):
            return self._event(phone, kind, given)
        return self._message(phone, kind, given)

    def picture(self, phone: Phone, content: bytes, content_type: str) -> Entry:
        """Send a picture of the user's own."""
        if not self._fake.follows(phone.openid):
            raise NotSendableError("not_following")
        if not content or len(content) > IMAGE_LIMIT or not content_type.startswith("image/"):
            raise NotSendableError("image")
        return self._image(phone, content, content_type)

    async def drain(self) -> None:
        """Wait until every push under way has its end."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._pusher.close()

    def _subscribe(self, phone: Phone, scene: str) -> Entry:
        if self._fake.follows(phone.openid):
            raise NotSendableError("already_following")
        self._fake.follow(phone.openid)
        self._fake.windows.opened_by_event(phone.openid)
        return self._noted(phone, self._pushes.subscribe(phone.openid, scene), "subscribe")

    def _event(self, phone: Phone, kind: str, given: Mapping[str, Any]) -> Entry:
        openid, label = phone.openid, str(given.get("label", ""))[:40]
        if kind == "unsubscribe":
            self._fake.unfollow(openid)
            return self._noted(phone, self._pushes.unsubscribe(openid), kind)
        if kind == "position":
            latitude, longitude = _position(given)
            return self._noted(phone, self._pushes.position(openid, latitude, longitude), kind, label)
        self._fake.windows.opened_by_event(openid)
        key = str(given.get("key", ""))[:128]
        push = self._pushes.click(openid, key) if kind == "click" else self._pushes.scan(openid, key)
        return self._noted(phone, push, kind, label or key)

    def _noted(self, phone: Phone, push: Push, kind: str, label: str = "") -> Entry:
        entry = phone.feed.append("note", kind, text(f"note.{kind}", label=label))
        self._start(phone, push, answers=kind in ("subscribe", "click", "scan"))
        return entry

    def _message(self, phone: Phone, kind: str, given: Mapping[str, Any]) -> Entry:
        openid = phone.openid
        if kind == "text":
            content = str(given.get("text", ""))
            if not content.strip() or len(content) > TEXT_LIMIT:
                raise NotSendableError("text")
            return self._sent(phone, self._pushes.text(openid, content), kind, content)
        if kind == "image":
            return self._image(phone, samples.photo(), "image/jpeg")
        if kind == "voice":
            return self._voice(phone, given)
        if kind == "video":
            return self._video(phone)
        if kind == "location":
            latitude, longitude = _position(given)
            label = str(given.get("label", ""))[:100]
            push = self._pushes.location(openid, latitude, longitude, label)
            return self._sent(phone, push, kind, label, latitude=latitude, longitude=longitude)
        if kind == "link":
            title, url = str(given.get("title", ""))[:100], str(given.get("url", ""))[:1000]
            push = self._pushes.link(openid, title, str(given.get("description", ""))[:200], url)
            return self._sent(phone, push, kind, title, url=url)
        if kind == "sticker":
            return self._sent(phone, self._pushes.unsupported(openid), kind)
        raise NotSendableError("type")

    def _image(self, phone: Phone, content: bytes, content_type: str) -> Entry:
        media = self._fake.media.save("image", content, content_type, "photo.jpg")
        push = self._pushes.image(phone.openid, self._url(media), media.media_id)
        return self._sent(phone, push, "image", media_id=media.media_id)

    def _voice(self, phone: Phone, given: Mapping[str, Any]) -> Entry:
        seconds = given.get("seconds", 5)
        if not isinstance(seconds, int) or seconds not in VOICE_SECONDS:
            raise NotSendableError("voice")
        media = self._fake.media.save("voice", samples.silent_voice(seconds), "audio/amr", "voice.amr")
        push = self._pushes.voice(phone.openid, media.media_id)
        return self._sent(phone, push, "voice", media_id=media.media_id, seconds=seconds)

    def _video(self, phone: Phone) -> Entry:
        film = self._fake.media.save("video", samples.MP4, "video/mp4", "video.mp4")
        thumb = self._fake.media.save("thumb", samples.photo(), "image/jpeg", "thumb.jpg")
        push = self._pushes.video(phone.openid, film.media_id, thumb.media_id)
        return self._sent(phone, push, "video", media_id=film.media_id)

    def _sent(self, phone: Phone, push: Push, kind: str, content: str = "", **data: Any) -> Entry:
        self._fake.windows.opened_by_message(phone.openid)
        entry = phone.feed.append("user", kind, content, **data)
        self._start(phone, push, answers=True)
        return entry

    def _url(self, media: StoredMedia) -> str:
        return self._picture_url + media.media_id

    def _start(self, phone: Phone, push: Push, *, answers: bool) -> None:
        task = asyncio.create_task(self._deliver(phone, push, answers))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, phone: Phone, push: Push, answers: bool) -> None:
        """`answers`: whether the user would see an answer, or that there is none."""
        result = await self._pusher.push(push, lambda attempt: self._show_attempt(phone, attempt))
        if not answers:
            return
        if result.failed:
            phone.feed.append("note", "out_of_service", text("out_of_service"))
        elif result.reply is not None and result.reply.type == "text":
            phone.feed.append("bot", "text", result.reply.text, by="passive")
        elif result.reply is not None:
            phone.feed.append("note", "unread", text("note.unread", kind=result.reply.type))

    def _show_attempt(self, phone: Phone, attempt: Attempt) -> None:
        if attempt.outcome in (AttemptOutcome.REPLIED, AttemptOutcome.ACCEPTED):
            if attempt.number > 1:
                phone.feed.append("note", "late", text("attempt.late", number=attempt.number))
            return
        words = text(f"attempt.{attempt.outcome}", number=attempt.number, detail=attempt.detail)
        phone.feed.append("note", str(attempt.outcome), words)

    async def _job_finished(self, openid: str, msgid: int, status: str) -> None:
        await self._pusher.push(self._pushes.template_finished(openid, msgid, status))


def _position(given: Mapping[str, Any]) -> tuple[float, float]:
    try:
        latitude, longitude = float(given["latitude"]), float(given["longitude"])
    except (KeyError, TypeError, ValueError):
        raise NotSendableError("location") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise NotSendableError("location")
    return latitude, longitude
