"""Texts and buttons as Telegram takes them."""

from collections.abc import Iterable, Mapping

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import CallbackQueryLimit, MessageLimit

TEXT_LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
NOTICE_LIMIT = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
SHORT_TITLE = 5
"""Titles up to this length stand two in a row."""
_ELLIPSIS = "…"


def keyboard(buttons: Iterable[Mapping[str, str]]) -> InlineKeyboardMarkup | None:
    """Buttons of {title, token}; None when there are none, which also takes away what a message had."""
    rows: list[list[InlineKeyboardButton]] = []
    for one in buttons:
        button = InlineKeyboardButton(one["title"], callback_data=one["token"])
        last = rows[-1] if rows else []
        if len(last) == 1 and len(last[0].text) <= SHORT_TITLE and len(one["title"]) <= SHORT_TITLE:
            last.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def reply_wanted(placeholder: str) -> ForceReply:
    """Opens the reply field of the one who is asked."""
    return ForceReply(selective=True, input_field_placeholder=placeholder)


def fitted(text: str) -> str:
    """At most TEXT_LIMIT characters; when it is cut, the last line, which has the link, stays."""
    if len(text) <= TEXT_LIMIT:
        return text
    body, _, last = text.rpartition("\n")
    room = TEXT_LIMIT - len(last) - len(_ELLIPSIS) - 1
    if not body or room <= 0:
        return text[: TEXT_LIMIT - len(_ELLIPSIS)] + _ELLIPSIS
    return f"{body[:room]}{_ELLIPSIS}\n{last}"


def place(chat_id: int, message_id: int) -> str:
    """Names a message in the database."""
    return f"tg:{chat_id}:{message_id}"
