"""What Telegram's errors mean for a notice, and which of them are harmless."""

from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from connectors.ports import Dead, Retry

TOKEN_PAUSE = timedelta(minutes=10)
_NOT_CHANGED = "message is not modified"
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


def outcome_of(error: TelegramError) -> Retry | Dead:
    """A time-out after sending is unknown, not failed: it is tried again and may come twice."""
    if isinstance(error, RetryAfter):
        return Retry("too_often", _pause(error))
    if isinstance(error, Forbidden):
        return Dead("blocked")
    if isinstance(error, BadRequest):
        return Dead("chat_not_found" if "chat not found" in error.message.lower() else "refused")
    if isinstance(error, ChatMigrated):
        return Dead("chat_migrated")
    if isinstance(error, InvalidToken):
        return Retry("token", TOKEN_PAUSE)
    return Retry(type(error).__name__)


def is_unchanged(error: TelegramError) -> bool:
    """The message says that already: somebody edited it, or the press came twice."""
    return isinstance(error, BadRequest) and _NOT_CHANGED in error.message.lower()


def is_gone(error: TelegramError) -> bool:
    """The message can no longer be edited; the text has to be sent anew."""
    return isinstance(error, BadRequest) and any(words in error.message.lower() for words in _GONE)


def _pause(error: RetryAfter) -> timedelta:
    wished = error.retry_after
    return wished if isinstance(wished, timedelta) else timedelta(seconds=wished)
