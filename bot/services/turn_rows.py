"""What a turn writes: the rows of its messages, masked, and the changes of its conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.core.choices import Laid, Layout
from bot.core.redaction import redact

Json = dict[str, Any]

CHOICES_LAST = timedelta(hours=48)
"""As long as WeChat's window for answers."""
FALLBACKS = frozenset({"nlu_fallback", "out_of_scope"})
FIELDS = (
    "problem",
    "indicators",
    "goal",
    "budget",
    "deadline",
    "enterprise_name",
    "uscc",
    "district",
    "zone",
    "contact_name",
    "phone",
    "field",
    "category",
    "title",
    "coop_mode",
    "urgency",
    "current_base",
    "invested",
)
"""Slots that are fields of a demand."""


class _Said(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def intent(self) -> str | None: ...
    @property
    def confidence(self) -> float | None: ...
    @property
    def ranking(self) -> list[Json]: ...
    @property
    def entities(self) -> list[Json]: ...
    @property
    def metadata(self) -> Json: ...
    @property
    def at(self) -> float: ...


class _Reply(Protocol):
    @property
    def text(self) -> str | None: ...
    @property
    def buttons(self) -> list[Json]: ...
    @property
    def data(self) -> Json: ...
    @property
    def at(self) -> float: ...


class Turn(Protocol):
    """What bot.runtime hands over at the end of a turn."""

    @property
    def events(self) -> list[Json]: ...
    @property
    def snapshot(self) -> bool: ...
    @property
    def user(self) -> _Said | None: ...
    @property
    def replies(self) -> Sequence[_Reply]: ...
    @property
    def open_question(self) -> str | None: ...
    @property
    def slots(self) -> Json: ...
    @property
    def latency_ms(self) -> int: ...
    @property
    def inbox_id(self) -> int | None: ...


@dataclass(frozen=True)
class Mask:
    """Masks one turn's texts."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def of(cls, turn: Turn) -> "Mask":
        known: list[tuple[Any, Any]] = [(name, turn.slots.get(name)) for name in ("contact_name", "phone")]
        known += [(one.get("entity"), one.get("value")) for one in (turn.user.entities if turn.user else [])]
        texts = [(name, value) for name, value in known if isinstance(value, str)]
        return cls(
            tuple(value for name, value in texts if name == "contact_name"),
            tuple(value for name, value in texts if name in ("phone", "contact_wechat")),
        )

    def message(self, text: str) -> Json:
        """`text` and `original` of a message row."""
        masked = redact(text, self.names, self.phones)
        return {"text": masked, "original": text if masked != text else None}


def messages(
    layout: Layout, number: int, turn: Turn, told: Sequence[str], question: str | None, now: datetime
) -> list[Json]:
    """Rows for the user, for what could not be told before, and for the bot; the first one holds the events."""
    mask = Mask.of(turn)
    shared = {"conversation_id": number, "inbox_id": turn.inbox_id, "open_question": question}
    found: list[Json] = [_user_row(turn.user, turn, mask) | shared] if turn.user else []
    found += [{**shared, "at": now, "author": "notice", **mask.message(text)} for text in told]
    for reply in turn.replies:
        text = layout.lay_out([reply]).text
        if text:
            found.append({**shared, "at": _moment(reply.at, now), "author": "bot", **mask.message(text)})
    if not found:
        found = [{**shared, "at": now, "author": "bot", "text": ""}]
    found[0] |= {"events": turn.events, "snapshot": turn.snapshot}
    return found


def _user_row(user: _Said, turn: Turn, mask: Mask) -> Json:
    said = user.metadata.get("said")
    return {
        "at": _moment(user.at, None),
        "author": "user",
        **mask.message(said if isinstance(said, str) else user.text),
        "intent": (user.intent or "")[:24] or None,
        "confidence": user.confidence,
        "ranking": user.ranking or None,
        "entities": user.entities or None,
        "latency_ms": turn.latency_ms,
    }


def changes(turn: Turn, found: Any, laid: Laid, now: datetime) -> Json:
    """What a turn changes of its conversation."""
    changed: Json = {
        "last_at": now,
        "open_question": (turn.open_question or "")[:24] or None,
        "filled": [name for name in FIELDS if turn.slots.get(name) is not None],
        "choices": laid.choices,
        "choices_until": now + CHOICES_LAST if laid.choices else None,
        "turns": (found.turns if found else 0) + 1,
        "subscribed": True,
    }
    user = turn.user
    if user is not None:
        changed["last_user_at"] = now
        changed["fallbacks"] = (found.fallbacks if found else 0) + (user.intent in FALLBACKS)
        known = [one for one in (found.min_confidence if found else None, user.confidence) if one is not None]
        changed["min_confidence"] = min(known, default=None)
    return changed


def _moment(seconds: float, default: datetime | None) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) if seconds or default is None else default
