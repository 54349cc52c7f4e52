"""Where conversations are kept: one transaction a turn, masked for people, encrypted for the dialogue."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.choices import Laid, Layout
from bot.services.deliveries import Deliveries, Outcome, Route
from bot.services.inbox import RETRY_WINDOW
from bot.services.turn_rows import CHOICES_LAST, Mask, Turn, changes, messages
from models import Connected, Database, Transaction
from models.repositories import conversations as rows
from models.repositories import handovers
from models.repositories import inbox as pushes

Json = dict[str, Any]

DROPPED = -1
"""A revision that no conversation has: the live tracker of a forgotten conversation must go."""
_REST_DELAY = timedelta(seconds=2)
"""What did not fit into the passive reply comes after it."""


class AlreadyRecorded(Exception):
    """Another process recorded this push, or the person was forgotten meanwhile; the turn is dropped."""


class ConversationLog:
    """Keeps conversations of one process's turns; `layout` and `deliveries` are those of its channel."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        owner: str = "",
        layout: Layout | None = None,
        deliveries: Deliveries | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._owner = owner
        self._layout = layout or Layout()
        self._deliveries = deliveries or Deliveries()

    def load(self, sender_id: str) -> list[Json] | None:
        """Rasa's events since the last snapshot, oldest first; None for an unknown sender."""
        with self._db.read() as session:
            turns = rows.events(session, sender_id)
        return None if turns is None else [event for turn in turns for event in turn]

    def revision(self, sender_id: str) -> int | None:
        """Differs whenever `load` would answer differently; None for an unknown sender."""
        with self._db.look() as at:
            row = rows.revision(at, sender_id)
        return None if row is None else _revision(row.started_at, row.turns)

    def record(self, sender_id: str, turn: Turn) -> int:
        """Keep a turn, all of it or nothing; the new revision. Raises AlreadyRecorded.

        One transaction: messages, conversation, the inbox row with its reply, what could not be told before,
        and a notice for a reply that nobody waits for.
        """
        delivery = self._deliveries.of(turn.inbox_id)
        try:
            revision, outcome = self._record(sender_id, turn, delivery.settle())
        except BaseException:
            delivery.unsettle()
            raise
        delivery.outcome = outcome
        return revision

    def record_failure(self, sender_id: str, inbox_id: int, said: str, reply: str, question: str | None) -> None:
        """Keep what was said and the apology for a turn that broke; the dialogue does not know of it."""
        self._record_plain(sender_id, inbox_id, said, question, reply)

    def keep(self, sender_id: str, inbox_id: int, said: str, question: str | None) -> None:
        """Keep what was said to the staff; the bot is silent. What could not be pushed before may go out now."""
        self._record_plain(sender_id, inbox_id, said, question, "")
        with self._db.begin() as session:
            handovers.try_held_again(session, sender_id, self._clock())

    def give_up(self, sender_id: str, inbox_id: int, reply: str) -> None:
        """A push whose turn never came to an end, however often it was begun."""
        with self._db.begin() as session:
            pushes.add_notice(session, f"reply:{inbox_id}", sender_id, reply, self._clock())
            pushes.change(session, inbox_id, state="failed", apologised=True, done_at=self._clock())

    def request_handoff(self, sender_id: str, reason: str) -> None:
        """Show the conversation to staff as waiting for a person, unless one attends to it already."""
        with self._db.begin() as session:
            now = self._clock()
            number = rows.ensure(session, sender_id, now)
            current = rows.standing(session, sender_id)
            if current is not None and current.handoff != "active":
                rows.change(session, number, handoff="requested", handoff_at=now)

    def note_delivered_in(self, session: Any, sender_id: str, text: str, choices: Sequence[Json] = ()) -> None:
        """A notice reached the person: it stands in the transcript, and its choices are the ones on offer."""
        now = self._clock()
        number = rows.ensure(session, sender_id, now)
        rows.add_messages(
            session,
            [{"conversation_id": number, "at": now, "author": "notice", **Mask().message(text)}],
        )
        if choices:
            rows.change(session, number, choices=list(choices), choices_until=now + CHOICES_LAST, last_at=now)

    def template_finished(self, sender_id: str, message_id: str, status: str) -> bool:
        """WeChat tells how a template message ended; a failed one is told at the next message. False: unknown."""
        with self._db.begin() as session:
            for notice in rows.delivered_notices(session, sender_id):
                if str(notice.data.get("template_msgid", "")) == message_id:
                    notice.data = notice.data | {"template_status": status}
                    if status != "success":
                        notice.state, notice.last_error = "held", f"template {status}"[:200]
                    return True
        return False

    def forget(self, sender_id: str) -> list[str]:
        """Delete a person's conversation, pushes and undelivered notices; paths of media files to delete."""
        with self._db.begin() as session:
            pushes.forget(session, sender_id)
            return rows.forget(session, sender_id)

    def _record(self, sender_id: str, turn: Turn, route: Route) -> tuple[int, Outcome | None]:
        now = self._clock()
        laid = self._layout.lay_out(turn.replies)
        told: list[str] = []
        with self._db.write() as at:
            push = self._claimed(at, turn.inbox_id)
            found = rows.locked(at, sender_id)
            number = found.id if found else rows.ensure(at, sender_id, now)
            if rows.has_held_notices(at, sender_id):
                told, offered = self._tell_held(at.session, sender_id, laid.choices, now)
                laid = Laid("\n\n".join([*told, *([laid.text] if laid.text else [])]), laid.choices or offered)
            question = found.open_question if found else None
            rows.add_messages(at, messages(self._layout, number, turn, told, question, now))
            rows.change(at, number, **changes(turn, found, laid, now))
            outcome = self._finish(at, push, laid.text, route, now) if push else None
        forgotten = found is None and not turn.snapshot
        started, turns = (found.started_at, found.turns) if found else (now, 0)
        return DROPPED if forgotten else _revision(started, turns + 1), outcome

    def _record_plain(self, sender_id: str, inbox_id: int, said: str, question: str | None, reply: str) -> None:
        now = self._clock()
        delivery = self._deliveries.of(inbox_id)
        with self._db.write() as at:
            push = self._claimed(at, inbox_id)
            number = rows.ensure(at, sender_id, now)
            shared = {"conversation_id": number, "at": now, "inbox_id": inbox_id, "open_question": question}
            messages = [{**shared, "author": "user", **Mask().message(said)}]
            if reply:
                messages.append({**shared, "author": "bot", **Mask().message(reply)})
            rows.add_messages(at, messages)
            rows.change(at, number, last_at=now, last_user_at=now)
            outcome = self._finish(at, push, reply, delivery.settle(), now)
        delivery.outcome = outcome

    def _claimed(self, at: Connected, inbox_id: int | None) -> Any:
        """The push that this turn answers, if it is still this process's to answer."""
        if inbox_id is None:
            return None
        row = pushes.by_id(at, inbox_id, lock=True)
        if row is None or row.state != "received" or row.claimed_by != self._owner:
            raise AlreadyRecorded
        return row

    def _tell_held(
        self, session: Any, sender_id: str, choices: Sequence[Json], now: datetime
    ) -> tuple[list[str], list[Json]]:
        """Texts of notices that could not be pushed, and the choices they offer; marks them delivered.

        One that offers choices waits while the turn offers its own, for there is one list at a time.
        """
        texts: list[str] = []
        offered: list[Json] = []
        for notice in rows.held_notices(session, sender_id):
            own = list(notice.data.get("choices") or [])
            if own and (choices or offered):
                continue
            text = str(notice.data.get("rest") or notice.text)
            texts.append(self._layout.numbered(text, own) if own else text)
            offered = own or offered
            notice.state, notice.delivered_at = "delivered", now
        return texts, offered

    def _finish(self, at: Transaction, push: Any, text: str, route: Route, now: datetime) -> Outcome:
        """Complete the inbox row; a reply that nobody takes becomes a notice."""
        if route is Route.PASSIVE:
            pushed = False
        else:
            pushed = route is Route.PUSH or push.push or now - push.received_at > RETRY_WINDOW
        parts = self._layout.parts(text)
        outcome = Outcome("answered" if not text else "pushed" if pushed else "done", "")
        if outcome.state == "pushed":
            pushes.add_notice(at.session, f"reply:{push.id}", push.sender_id, text, now)
        elif outcome.state == "done":
            outcome = Outcome("done", parts[0])
            if rest := "".join(parts[1:]):
                due = now + _REST_DELAY
                pushes.add_notice(at.session, f"rest:{push.id}", push.sender_id, rest, due, created_at=now)
        pushes.change(at, push.id, state=outcome.state, reply=outcome.reply or text or None, done_at=now)
        return outcome


def _revision(started_at: datetime, turns: int) -> int:
    return int(started_at.timestamp() * 1000) * 100_000 + turns
