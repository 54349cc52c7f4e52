"""The durable inbox: a push is stored before it is answered, and worked on exactly once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.core.choices import Choice, chosen
from bot.core.limits import HANDOVER_IDLE
from bot.services import process
from models import Connected, Database, UnavailableError
from models.repositories import conversations as talks
from models.repositories import inbox as rows

LEASE = timedelta(seconds=30)
"""How long a claim holds without renewal; only matters when a whole machine dies."""
RETRY_WINDOW = timedelta(seconds=20)
"""WeChat delivers again within 15 s; what nobody took by then is pushed."""
FRESHNESS = timedelta(minutes=10)
"""Signatures are remembered for twice the time in which a request is taken."""
MAX_ATTEMPTS = 3


class ReplayedRequest(Exception):
    """The very same signed request again, after it was answered."""


class Status(Enum):
    """What is to be done about a push."""

    MINE = auto()
    """This process is to work on it."""
    ELSEWHERE = auto()
    """Another process works on it."""
    FINISHED = auto()


@dataclass(frozen=True)
class NewAttachment:
    """What came with a push; `description` is JSON."""

    kind: str
    media_id: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Arrival:
    """A push as the channel understood it. `digest` is that of the signed request, None when it is not known."""

    unique_key: str
    sender_id: str
    kind: str
    payload: dict[str, Any] = field(repr=False)
    digest: str | None = None
    attachment: NewAttachment | None = field(default=None, repr=False)
    answered: bool = False
    """Its request was answered before it could be stored: the reply has to be pushed."""


@dataclass(frozen=True)
class Standing:
    """What an answer depends on: the open question, the numbered list on offer, who is talking."""

    open_question: str | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)
    with_staff: bool = False

    def chosen(self, text: str) -> Choice | None:
        """The choice on offer that `text` means."""
        return chosen(text, self.choices) if self.choices else None


@dataclass(frozen=True)
class Received:
    """A stored push and what is to be done about it."""

    id: int
    unique_key: str
    sender_id: str
    kind: str
    payload: dict[str, Any] = field(repr=False)
    status: Status
    state: str
    reply: str | None = field(default=None, repr=False)
    attempts: int = 1
    push: bool = False
    apologised: bool = False
    standing: Standing | None = None
    """As it was when the push was stored; None: look it up."""


def is_outage(error: BaseException | None) -> bool:
    """True when the database being out of reach is behind `error`."""
    while error is not None:
        if isinstance(error, UnavailableError):
            return True
        error = error.__cause__ or error.__context__
    return False


class Inbox:
    """Use cases of the inbox for one process; each method is one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        owner: str | None = None,
        handoff_idle: timedelta = HANDOVER_IDLE,
    ) -> None:
        self._db = db
        self._clock = clock
        self._handoff_idle = handoff_idle
        self.owner = owner or process.name()

    def receive(self, arrival: Arrival, answered: Sequence[int] = (), digests: Sequence[str] = ()) -> Received:
        """Store a push. Raises ReplayedRequest for a request that was answered before.

        `answered`, `digests`: what `mark_answered` would be told, for one transaction instead of two.
        """
        now = self._clock()
        with self._db.write() as at:
            self._mark(at, answered, digests, now)
            fresh = arrival.digest is None or rows.remember_signature(at, arrival.digest, now)
            fresh = fresh or arrival.answered
            new_id = rows.insert(
                at,
                unique_key=arrival.unique_key,
                sender_id=arrival.sender_id,
                kind=arrival.kind,
                payload=arrival.payload,
                state="received",
                attempts=1,
                apologised=arrival.answered,
                push=arrival.answered,
                claimed_by=self.owner,
                claimed_until=now + LEASE,
                received_at=now,
            )
            if new_id is None:
                return self._known(at.session, arrival.unique_key, fresh)
            if not fresh:
                raise ReplayedRequest
            payload = self._attach(at.session, new_id, arrival, now) if arrival.attachment else arrival.payload
            standing = self.standing_in(at, arrival.sender_id)
        return Received(
            new_id,
            arrival.unique_key,
            arrival.sender_id,
            arrival.kind,
            payload,
            Status.MINE,
            "received",
            push=arrival.answered,
            apologised=arrival.answered,
            standing=standing,
        )

    def standing(self, sender_id: str) -> Standing:
        with self._db.look() as at:
            return self.standing_in(at, sender_id)

    def standing_in(self, at: Connected, sender_id: str) -> Standing:
        """The open question, choices and hand-over of a person's conversation."""
        row = talks.standing(at, sender_id)
        if row is None:
            return Standing()
        now = self._clock()
        offered = row.choices if row.choices_until and row.choices_until > now else []
        attended = row.handoff_at is not None and row.handoff_at + self._handoff_idle > now
        return Standing(row.open_question, list(offered), row.handoff == "active" and attended)

    def look(self, inbox_id: int) -> Received | None:
        """The row as it is now; None when it was deleted."""
        with self._db.read() as session:
            row = rows.by_id(session, inbox_id)
            return (
                self._received(row, Status.ELSEWHERE if row.state == "received" else Status.FINISHED) if row else None
            )

    def take_unfinished(self, limit: int = 100) -> list[Received]:
        """Claim what no living process works on, oldest first."""
        now = self._clock()
        with self._db.begin() as session:
            dead = [one for one in rows.claimants(session) if process.is_dead(one)]
            found = rows.unfinished(session, self.owner, dead, now, limit)
            mine = [row for row in found if rows.claim(session, row.id, self.owner, dead, now, now + LEASE)]
            return [self._received(row, Status.MINE, attempts=row.attempts + 1) for row in mine]

    def renew(self) -> None:
        """Keep the claims of this process."""
        with self._db.begin() as session:
            rows.renew(session, self.owner, self._clock() + LEASE)

    def release(self) -> None:
        """Give up all claims of this process."""
        with self._db.begin() as session:
            rows.release(session, self.owner)

    def ask_push(self, inbox_id: int) -> None:
        """A request of this process was answered with `success` while another process works on the reply."""
        with self._db.begin() as session:
            row = rows.by_id(session, inbox_id, lock=True)
            if row is not None and row.state == "received":
                rows.change(session, inbox_id, push=True)
            elif row is not None and row.state == "done":
                self._push(session, row)

    def mark_answered(self, ids: Sequence[int], digests: Sequence[str] = ()) -> None:
        """The replies of `ids` were written to a socket; `digests` are those of repeated deliveries."""
        with self._db.write() as at:
            self._mark(at, ids, digests, self._clock())

    def finish(self, inbox_id: int, *, anonymous: bool = False) -> None:
        """Nothing is to be said about this push; `anonymous`: whose it was is not kept either."""
        who = {"sender_id": ""} if anonymous else {}
        with self._db.begin() as session:
            rows.change(session, inbox_id, state="answered", payload=None, done_at=self._clock(), **who)

    def push_unanswered(self, limit: int = 100) -> int:
        """Turn replies that nobody took into notices; how many."""
        with self._db.begin() as session:
            found = rows.unanswered(session, self._clock() - RETRY_WINDOW, limit)
            for row in found:
                self._push(session, row)
            return len(found)

    def purge(self) -> None:
        """Forget signatures that are too old to be taken anyway."""
        with self._db.begin() as session:
            rows.purge_signatures(session, self._clock() - FRESHNESS)

    def available(self) -> bool:
        """Whether the database answers."""
        try:
            self._db.ping()
        except UnavailableError:
            return False
        return True

    def _push(self, session: Any, row: Any) -> None:
        rows.add_notice(session, f"reply:{row.id}", row.sender_id, row.reply or "", self._clock())
        rows.change(session, row.id, state="pushed")

    def _mark(self, at: Connected, ids: Sequence[int], digests: Sequence[str], now: datetime) -> None:
        rows.mark_answered(at, ids)
        for digest in digests:
            rows.remember_signature(at, digest, now)

    def _attach(self, session: Any, inbox_id: int, arrival: Arrival, now: datetime) -> dict[str, Any]:
        new = arrival.attachment
        if new is None:
            return arrival.payload
        state = "pending" if new.media_id else "none"
        number = rows.attach(
            session,
            arrival.sender_id,
            new.kind,
            media_id=new.media_id,
            description=new.description,
            state=state,
            created_at=now,
        )
        details = {**arrival.payload.get("attachment", {}), "id": number, "kind": new.kind}
        payload = arrival.payload | {"attachment": details}
        rows.change(session, inbox_id, payload=payload)
        return payload

    def _known(self, session: Any, unique_key: str, fresh: bool) -> Received:
        row = rows.by_key(session, unique_key)
        if row is None:
            raise LookupError("a push that was just refused as known is gone")
        if row.state != "received":
            if not fresh and row.state != "done":
                raise ReplayedRequest
            return self._received(row, Status.FINISHED)
        now = self._clock()
        dead = [row.claimed_by] if row.claimed_by and process.is_dead(row.claimed_by) else []
        if rows.claim(session, row.id, self.owner, dead, now, now + LEASE):
            return self._received(row, Status.MINE, attempts=row.attempts + 1)
        return self._received(row, Status.ELSEWHERE)

    def _received(self, row: Any, status: Status, attempts: int | None = None) -> Received:
        return Received(
            id=row.id,
            unique_key=row.unique_key,
            sender_id=row.sender_id,
            kind=row.kind,
            payload=row.payload or {},
            status=status,
            state=row.state,
            reply=row.reply,
            attempts=attempts or row.attempts,
            push=row.push,
            apologised=row.apologised,
        )
