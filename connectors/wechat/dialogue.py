"""One turn with the dialogue: from a stored push to what Rasa is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.services.inbox import Received, Standing
from connectors.wechat.text import neutralise

NAME = "wechat"
HEARD = 2000
"""Characters of a message that the dialogue works on; all of them are kept."""
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class NotRecorded(Exception):
    """Rasa took the message and kept nothing of it."""


class RecordedOutput(OutputChannel):
    """Sends nothing: what the bot says is recorded with the turn, and the channel answers with what was recorded."""

    @classmethod
    def name(cls) -> str:
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """See the class."""


def user_message(received: Received, standing: Standing) -> UserMessage:
    """What Rasa is told. A payload comes from the channel or from a list on offer, never from the user's text.

    Metadata: inbox_id, question (key of the open one), said (when the text is not what the user wrote),
    attachment ({kind, id, label …}).
    """
    text, said = _text(received, standing)
    metadata: dict[str, Any] = {"inbox_id": received.id, "question": standing.open_question}
    if said is not None:
        metadata["said"] = said
    if "attachment" in received.payload:
        metadata["attachment"] = received.payload["attachment"]
    return UserMessage(
        text,
        RecordedOutput(),
        received.sender_id,
        input_channel=NAME,
        message_id=received.unique_key,
        metadata=metadata,
    )


def said(received: Received) -> str:
    """The push as it stands in the transcript."""
    return str(received.payload.get("text") or received.payload.get("said") or "")


async def run(on_new_message: OnNewMessage, message: UserMessage, limit: float) -> None:
    """One turn of at most `limit` seconds; raises TimeoutError and whatever the dialogue raises."""
    async with asyncio.timeout(limit):
        await on_new_message(message)


def _text(received: Received, standing: Standing) -> tuple[str, str | None]:
    if "command" in received.payload:
        return str(received.payload["command"]), said(received)
    written = said(received)
    choice = standing.chosen(written)
    if choice is not None:
        return str(choice["payload"]), written
    heard = neutralise(written)[:HEARD]
    return heard, None if heard == written else written
