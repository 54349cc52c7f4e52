"""What liaisons do in Telegram: press, type, start."""

import asyncio
import logging
from typing import Any

from telegram import CallbackQuery, ForceReply, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.services.case_desk import CaseDesk, Question, Shown
from connectors.telegram.errors import is_gone, is_unchanged
from connectors.telegram.layout import NOTICE_LIMIT, fitted, keyboard, place, reply_wanted
from connectors.telegram.patience import patiently
from connectors.telegram.sender import NO_PREVIEW
from connectors.telegram.wording import Texts

log = logging.getLogger(__name__)
Context = ContextTypes.DEFAULT_TYPE


class LiaisonHandlers:
    """Everything a person sees comes from `desk`, which also decides who may do what."""

    def __init__(self, desk: CaseDesk, texts: Texts) -> None:
        self._desk = desk
        self._texts = texts

    def register(self, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        """Every press and every private message is answered; in groups only commands and replies."""
        application.add_handler(CallbackQueryHandler(self.press))
        application.add_handler(CommandHandler("start", self.start))
        private = filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(private & filters.COMMAND, self.start))
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE & (private | filters.REPLY), self.typed))
        application.add_error_handler(_unexpected)

    async def start(self, update: Update, _: Context) -> None:
        """Tells people the number that the directory needs."""
        message, user = update.effective_message, update.effective_user
        if message is not None and user is not None:
            await self._send(message, self._texts.start.format(id=user.id), None)

    async def press(self, update: Update, _: Context) -> None:
        """The change first, for its outcome is the answer; then the answer, then the message."""
        query = update.callback_query
        if query is None:
            return
        try:
            shown = await asyncio.to_thread(self._desk.press, query.data or "", query.from_user.id)
        except Exception as error:
            log.error("a press could not be handled: %s", type(error).__name__)
            shown = Shown(self._texts.busy, alert=True)
        await _answer(query, shown)
        if shown.text is not None:
            await self._show(query, shown.text, keyboard(shown.buttons))
        if shown.question is not None:
            await self._ask(query, shown.question)

    async def typed(self, update: Update, context: Context) -> None:
        """A reason or a result; `place` names the question that it replies to."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        asked = message.reply_to_message
        private, ours = message.chat.type == message.chat.PRIVATE, _is_from(asked, context.bot.id)
        if not private and not ours:
            return
        where = place(message.chat_id, asked.message_id) if asked is not None and ours else None
        try:
            shown = await asyncio.to_thread(self._desk.typed, user.id, message.text or "", where)
        except Exception as error:
            log.error("a text could not be handled: %s", type(error).__name__)
            shown = Shown(self._texts.busy_text)
        text = "\n\n".join(part for part in (shown.notice, shown.text) if part)
        await self._send(message, text, keyboard(shown.buttons))

    async def _ask(self, query: CallbackQuery, question: Question) -> None:
        """The question is known by its place, so that a reply finds it after a restart, too."""
        if query.message is None:
            return
        chat = query.message.chat
        reply = ReplyParameters(query.message.message_id, allow_sending_without_reply=True)
        sent = await chat.send_message(
            fitted(question.text), reply_markup=reply_wanted(self._texts.placeholder), reply_parameters=reply
        )
        await asyncio.to_thread(self._desk.asked, question.token, place(chat.id, sent.message_id))

    async def _show(self, query: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None) -> None:
        """Edits the message; one that cannot be edited any more is sent anew."""
        message, bot = query.message, query.get_bot()
        if message is None:
            return
        try:
            await patiently(
                lambda: bot.edit_message_text(
                    fitted(text),
                    message.chat.id,
                    message.message_id,
                    reply_markup=markup,
                    link_preview_options=NO_PREVIEW,
                )
            )
        except TelegramError as error:
            if is_unchanged(error):
                return
            if not is_gone(error):
                raise
            await message.chat.send_message(fitted(text), reply_markup=markup, link_preview_options=NO_PREVIEW)

    async def _send(self, to: Message, text: str, markup: InlineKeyboardMarkup | ForceReply | None) -> None:
        await to.chat.send_message(fitted(text), reply_markup=markup, link_preview_options=NO_PREVIEW)


async def _answer(query: CallbackQuery, shown: Shown) -> None:
    """Ends the waiting sign on the button; too late is no harm, for the message tells it as well."""
    try:
        await query.answer(shown.notice[:NOTICE_LIMIT] or None, show_alert=shown.alert)
    except TelegramError as error:
        log.info("a press was not answered: %s", type(error).__name__)


def _is_from(message: Message | None, bot_id: int) -> bool:
    return message is not None and message.from_user is not None and message.from_user.id == bot_id


async def _unexpected(_: object, context: Context) -> None:
    """Without the text: it may hold what people wrote."""
    log.error("an update could not be handled: %s", type(context.error).__name__)
