"""A person takes a conversation over, answers in it, and hands it back (product design, "The conversation" 11)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core import calendar
from bot.core.limits import HANDOVER_IDLE
from bot.outbox import texts, writer
from bot.services import audit
from bot.services.audit import Actor
from bot.services.turn_rows import Mask
from models import Conversation, Database, Session
from models.repositories import conversations as rows
from models.repositories import handovers

LONGEST = 600
"""Characters of one answer: WeChat takes 2048 bytes."""
KINDS = frozenset({"staff_taken", "staff_reply", "staff_handed_back", "staff_idle"})
"""Notices whose text stands in the transcript from the moment it is written."""


class HandoverError(Exception):
    """What staff are told."""


class HandoverService:
    """Hand-overs of conversations; the bot is silent while one is active and somebody attends to it."""

    def __init__(self, db: Database, clock: Callable[[], datetime], idle: timedelta = HANDOVER_IDLE) -> None:
        self._db = db
        self._clock = clock
        self._idle = idle

    def waiting(self) -> int:
        """People who wait for somebody."""
        with self._db.read() as session:
            return handovers.waiting(session)

    def take(self, actor: Actor, conversation_id: int) -> None:
        """First come, first served. Raises HandoverError with the name of who was first."""
        with self._db.begin() as session:
            talk = self._open(session, conversation_id)
            if self._in_charge(talk, actor):
                return
            if talk.handoff == "active" and self._attended(talk):
                raise HandoverError(texts.handover("taken_by", name=talk.handoff_name or "同事"))
            talk.handoff, talk.handoff_at = "active", self._clock()
            talk.handoff_by, talk.handoff_name = actor.id, actor.name
            self._say(session, talk, "staff_taken", texts.handover("taken", name=actor.name))
            self._audit(session, actor, "handover_taken", talk)

    def reply(self, actor: Actor, conversation_id: int, text: str) -> None:
        """Into the person's WeChat, as far as WeChat lets it. Raises HandoverError."""
        text = text.strip()
        if not text or len(text) > LONGEST:
            raise HandoverError(texts.handover("length", longest=LONGEST))
        with self._db.begin() as session:
            talk = self._open(session, conversation_id)
            if not self._in_charge(talk, actor):
                raise HandoverError(texts.handover("take_first"))
            talk.handoff_at = self._clock()
            self._say(session, talk, "staff_reply", text, name=actor.name)
            self._audit(session, actor, "handover_reply", talk)

    def hand_back(self, actor: Actor, conversation_id: int) -> None:
        """The bot goes on; a request that nobody took is settled by it, too. Raises HandoverError."""
        with self._db.begin() as session:
            talk = self._open(session, conversation_id)
            if talk.handoff == "none":
                return
            if talk.handoff == "active" and not self._in_charge(talk, actor) and self._attended(talk):
                raise HandoverError(texts.handover("taken_by", name=talk.handoff_name or "同事"))
            told = talk.handoff == "active"
            self._release(talk)
            if told:
                self._say(session, talk, "staff_handed_back", texts.handover("handed_back"))
            self._audit(session, actor, "handover_ended", talk)

    def hand_back_idle(self) -> int:
        """Ends hand-overs in which nobody said anything for so long; how many."""
        before = self._clock() - self._idle
        with self._db.begin() as session:
            ids = handovers.idle(session, before)
            for number in ids:
                talk = self._open(session, number)
                self._release(talk)
                self._say(session, talk, "staff_idle", texts.handover("idle"))
                self._audit(session, audit.SYSTEM, "handover_ended", talk)
            return len(ids)

    def _open(self, session: Session, conversation_id: int) -> Conversation:
        talk = handovers.locked(session, conversation_id)
        if talk is None:
            raise HandoverError(texts.handover("gone"))
        return talk

    def _attended(self, talk: Conversation) -> bool:
        return talk.handoff_at is not None and talk.handoff_at + self._idle > self._clock()

    def _in_charge(self, talk: Conversation, actor: Actor) -> bool:
        return talk.handoff == "active" and talk.handoff_by == actor.id and self._attended(talk)

    def _release(self, talk: Conversation) -> None:
        talk.handoff, talk.handoff_at = "none", self._clock()
        talk.handoff_by = talk.handoff_name = None

    def _say(self, session: Session, talk: Conversation, kind: str, text: str, name: str | None = None) -> None:
        """A row of the transcript and the notice that brings it to the person, told apart by the row's id."""
        now = self._clock()
        author = "staff" if name else "notice"
        row = {"conversation_id": talk.id, "at": now, "author": author, "author_name": name, **Mask().message(text)}
        rows.add_messages(session, [row])
        talk.last_at = now
        number = handovers.last_message(session, talk.id)
        writer.write(
            session,
            kind=kind,
            channel="wechat",
            recipient=talk.sender_id,
            text=texts.handover("signed", name=name, text=text) if name else text,
            dedupe_key=notice_key(number),
            now=now,
        )

    def _audit(self, session: Session, actor: Actor, action: str, talk: Conversation) -> None:
        audit.record_in(session, self._clock(), actor, action, subject=("conversation", str(talk.id)))


def notice_key(message_id: int) -> str:
    """Key of the notice that carries a row of the transcript."""
    return f"said:{message_id}"


def at_work(now: datetime) -> bool:
    """True in the hours that people are told: working days 9:00–17:00 in Chengdu."""
    local = now.astimezone(calendar.CHENGDU)
    return calendar.is_working_day(local.date()) and 9 <= local.hour < 17
