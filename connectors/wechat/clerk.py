"""The clerk: does what a stored push asks for, and ends with the push finished."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from bot.services.conversations import AlreadyRecorded, ConversationLog
from bot.services.deliveries import Deliveries
from bot.services.inbox import MAX_ATTEMPTS, Inbox, Received, Standing, is_outage
from connectors.wechat import dialogue
from connectors.wechat.wording import ChannelTexts

log = structlog.get_logger(__name__)


class Clerk:
    """Works on one push at a time and person; `forget` deletes a person who unsubscribed."""

    def __init__(
        self,
        inbox: Inbox,
        conversations: ConversationLog,
        deliveries: Deliveries,
        texts: ChannelTexts,
        forget: Callable[[str], Any],
        turn_limit: float,
    ) -> None:
        self._inbox = inbox
        self._conversations = conversations
        self._deliveries = deliveries
        self._texts = texts
        self._forget = forget
        self._turn_limit = turn_limit
        self.on_new_message: dialogue.OnNewMessage | None = None
        """Rasa's; set when the channel is mounted."""

    async def work(self, received: Received, standing: Standing) -> None:
        """Whatever the push asks for. Raises only when the database is out of reach, or for a bug of ours."""
        sender_id, number = received.sender_id, received.id
        if received.kind == "event:unsubscribe":
            await asyncio.to_thread(self._forget, sender_id)
            await asyncio.to_thread(self._inbox.finish, number, anonymous=True)
        elif received.kind == "event:template":
            told = str(received.payload.get("message_id")), str(received.payload.get("status"))
            await asyncio.to_thread(self._conversations.template_finished, sender_id, *told)
            await asyncio.to_thread(self._inbox.finish, number)
        elif received.attempts > MAX_ATTEMPTS:
            log.error("a push was given up", inbox_id=number, attempts=received.attempts)
            await asyncio.to_thread(self._conversations.give_up, sender_id, number, self._texts.failure)
        elif standing.with_staff:
            words = dialogue.said(received)
            await asyncio.to_thread(self._conversations.keep, sender_id, number, words, standing.open_question)
        else:
            await self._talk(received, standing)

    async def _talk(self, received: Received, standing: Standing) -> None:
        if self.on_new_message is None:
            raise RuntimeError("the channel is not mounted")
        try:
            message = dialogue.user_message(received, standing)
            await dialogue.run(self.on_new_message, message, self._turn_limit)
            if self._deliveries.of(received.id).outcome is None:
                raise dialogue.NotRecorded
        except AlreadyRecorded:
            log.info("a turn was dropped: its push is not ours any more", inbox_id=received.id)
        except Exception as error:
            if is_outage(error):
                raise
            log.error("a turn failed", inbox_id=received.id, error=type(error).__name__)
            await self._apologise(received, standing)

    async def _apologise(self, received: Received, standing: Standing) -> None:
        try:
            await asyncio.to_thread(
                self._conversations.record_failure,
                received.sender_id,
                received.id,
                dialogue.said(received),
                self._texts.failure,
                standing.open_question,
            )
        except AlreadyRecorded:
            log.info("a failed turn was dropped: its push is not ours any more", inbox_id=received.id)
