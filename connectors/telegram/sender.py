"""Delivers notices to liaisons in Telegram."""

import asyncio
import logging
from collections.abc import Callable

from telegram import Bot, LinkPreviewOptions
from telegram.error import TelegramError

from connectors.ports import Dead, Delivered, Outcome, Outgoing
from connectors.telegram.errors import outcome_of
from connectors.telegram.layout import fitted, keyboard

log = logging.getLogger(__name__)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Telegram must not open a liaison's link to draw a picture of it."""


class TelegramSender:
    """Deliverer of channel "telegram". `address_of` finds the chat of a liaison; it blocks."""

    def __init__(self, bot: Bot, address_of: Callable[[str], int | None]) -> None:
        self._bot = bot
        self._address_of = address_of

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """One message with the notice's buttons."""
        chat_id = await asyncio.to_thread(self._address_of, outgoing.recipient)
        if chat_id is None:
            return Dead("no_telegram")
        markup = keyboard(outgoing.data.get("buttons", []))
        try:
            message = await self._bot.send_message(
                chat_id, fitted(outgoing.text), reply_markup=markup, link_preview_options=NO_PREVIEW
            )
        except TelegramError as error:
            outcome = outcome_of(error)
            log.info("notice %s was not delivered over Telegram: %s", outgoing.id, outcome.code)
            return outcome
        return Delivered({"telegram_message": message.message_id})
