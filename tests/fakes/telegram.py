"""A fake Telegram Bot API on a real socket, and people who press its buttons (core.telegram.org/bots/api)."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "123456789:AAExampleExampleExampleExampleExampl"
BOT = {"id": 123456789, "is_bot": True, "first_name": "助力通", "username": "zhulitong_bot"}
PHOTO = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}
DATE = 1_795_000_000
TEXT_LIMIT = 4096
ANSWER_LIMIT = 200
CALLBACK_BYTES = 64
PATIENCE = 60.0
"""Seconds after which a test that waits for something gives up."""


class Refused(Exception):
    """An error as Telegram answers it."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


@dataclass
class Sent:
    """A message of the bot as it stands now."""

    chat_id: int
    message_id: int
    text: str
    markup: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    """The parameters it was sent with."""
    edits: int = 0

    @property
    def buttons(self) -> dict[str, str]:
        """Title → callback_data."""
        rows = self.markup.get("inline_keyboard", [])
        return {button["text"]: button["callback_data"] for row in rows for button in row}

    @property
    def asks_for_reply(self) -> bool:
        return bool(self.markup.get("force_reply"))


@dataclass(frozen=True)
class Answer:
    """What a person saw after pressing."""

    callback_id: str
    text: str
    alert: bool


@dataclass(frozen=True)
class Fault:
    """What happens to the next call of a method."""

    error: Refused | None = None
    html: bool = False
    """A gateway's 502 page instead of JSON."""
    applied: bool = False
    """The call takes effect all the same; without `html` its answer never arrives."""


class FakeTelegram:
    """State, the API in `app`, and what people do: press, say, duplicate."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"])])
        self.messages: dict[int, Sent] = {}
        self.answers: list[Answer] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.people: set[int] = set()
        """Ids of those who have talked to the bot; nobody else can be written to."""
        self.blocked_by: set[int] = set()
        self.fixed: set[int] = set()
        """Ids of messages that cannot be edited any more."""
        self.faults: dict[str, deque[Fault]] = {}
        self.confirmed = 0
        """update_id up to which the bot has confirmed."""
        self._updates: list[dict[str, Any]] = []
        self._again: list[dict[str, Any]] = []
        self._next = {"update": 1000, "message": 1, "callback": 1}
        self._open_callbacks: set[str] = set()
        self._poller: asyncio.Event | None = None
        self._changed = asyncio.Condition()

    # --- what people do -------------------------------------------------------

    async def press(self, message_id: int, button: str, user_id: int, *, too_old: bool = False) -> str:
        """The callback's id; `button` is a title on the message as it stands now.

        `too_old`: the query cannot be answered any more, and the message comes without its content.
        """
        return await self.press_data(message_id, self.messages[message_id].buttons[button], user_id, too_old=too_old)

    async def press_data(self, message_id: int, data: str, user_id: int, *, too_old: bool = False) -> str:
        """A button that the message had, perhaps some time ago."""
        message, callback_id = self.messages[message_id], f"cb{self._draw('callback')}"
        if not too_old:
            self._open_callbacks.add(callback_id)
        shown = {"chat": _chat(message.chat_id), "message_id": message_id, "date": 0} if too_old else _as_json(message)
        query = {
            "id": callback_id,
            "from": _user(user_id),
            "chat_instance": "1",
            "data": data,
            "message": shown,
        }
        await self._push({"callback_query": query})
        return callback_id

    async def say(self, user_id: int, text: str, reply_to: int | None = None, chat_id: int | None = None) -> int:
        """The number of the update; without `text` it is a photograph."""
        chat = user_id if chat_id is None else chat_id
        self.people.add(user_id)
        number = self._draw("message")
        message = {"message_id": number, "date": DATE, "chat": _chat(chat), "from": _user(user_id)}
        message |= {"text": text} if text else {"photo": [PHOTO], "caption": "现场"}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if reply_to is not None:
            message["reply_to_message"] = _as_json(self.messages[reply_to])
        return await self._push({"message": message})

    async def duplicate(self, update_id: int | None = None) -> None:
        """Delivers an update a second time under its own number (the last one when none is named)."""
        known = [one for one in self._updates if update_id in (None, one["update_id"])]
        self._again.append(known[-1])
        await self._tell()

    # --- what tests wait for --------------------------------------------------

    async def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Waits for calls of the bot until `true`; TimeoutError when it never is."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: bool(true())), patience)

    async def answer_to(self, callback_id: str) -> Answer:
        await self.until(lambda: any(one.callback_id == callback_id for one in self.answers))
        return next(one for one in self.answers if one.callback_id == callback_id)

    def last(self, chat_id: int) -> Sent:
        """The newest message in a chat."""
        return [one for one in self.messages.values() if one.chat_id == chat_id][-1]

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)

    def fail(self, method: str, *faults: Fault) -> None:
        self.faults.setdefault(method, deque()).extend(faults)

    # --- the API --------------------------------------------------------------

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return _refusal(Refused(401, "Unauthorized"))
        given = {name: values[-1] for name, values in parse_qs((await request.body()).decode()).items()}
        waiting = self.faults.get(method)
        fault = waiting.popleft() if waiting else Fault()
        self.calls.append((method, given))
        try:
            skipped = fault.error or (fault.html and not fault.applied)
            result = None if skipped else await self._call(request, method, given)
        except Refused as refused:
            fault = Fault(error=refused)
        await self._tell()
        if fault.html:
            return Response("<html>502 Bad Gateway</html>", 502, media_type="text/html")
        if fault.applied:
            await _gone(request)
        return _refusal(fault.error) if fault.error else JSONResponse({"ok": True, "result": result})

    async def _call(self, request: Request, method: str, given: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return await self._get_updates(request, int(given.get("offset", 0)), float(given.get("timeout", 0)))
        plain: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": lambda _: BOT,
            "deleteWebhook": lambda _: True,
            "sendMessage": self._send_message,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit,
            "answerCallbackQuery": self._answer_callback,
        }
        if method not in plain:
            raise Refused(404, "Not Found")
        return plain[method](given)

    async def _get_updates(self, request: Request, offset: int, seconds: float) -> list[dict[str, Any]]:
        """A new poller ends the one before it with a conflict; one that hangs up gets nothing."""
        ended, left = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(self._note_end(request, left))
        if self._poller is not None:
            self._poller.set()
        self._poller = ended
        self.confirmed = max(self.confirmed, offset - 1)
        await self._tell()
        try:
            async with self._changed:
                ready = self._changed.wait_for(lambda: ended.is_set() or left.is_set() or self._pending())
                await asyncio.wait_for(ready, max(seconds, 0.001))
        except TimeoutError:
            return []
        finally:
            watching.cancel()
            self._poller = None if self._poller is ended else self._poller
        if ended.is_set():
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        found, self._again = [] if left.is_set() else self._pending(), []
        return found

    async def _note_end(self, request: Request, left: asyncio.Event) -> None:
        await _gone(request)
        left.set()
        await self._tell()

    def _pending(self) -> list[dict[str, Any]]:
        return self._again + [one for one in self._updates if one["update_id"] > self.confirmed]

    def _send_message(self, given: dict[str, Any]) -> dict[str, Any]:
        chat_id, text = int(given["chat_id"]), given.get("text", "")
        if chat_id in self.blocked_by:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat_id not in self.people:
            raise Refused(400, "Bad Request: chat not found")
        markup = _markup(given)
        _check_text(text)
        message = Sent(chat_id, self._draw("message"), text, markup, dict(given))
        self.messages[message.message_id] = message
        return _as_json(message)

    def _edit(self, given: dict[str, Any]) -> dict[str, Any]:
        message = self.messages.get(int(given["message_id"]))
        if message is None or message.chat_id != int(given["chat_id"]):
            raise Refused(400, "Bad Request: message to edit not found")
        if message.message_id in self.fixed:
            raise Refused(400, "Bad Request: message can't be edited")
        text, markup = given.get("text", message.text), _markup(given)
        _check_text(text)
        if (text, markup) == (message.text, message.markup):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly"
                " the same as a current content and reply markup of the message",
            )
        message.text, message.markup = text, markup
        message.edits += 1
        return _as_json(message)

    def _answer_callback(self, given: dict[str, Any]) -> bool:
        callback_id, text = given["callback_query_id"], given.get("text", "")
        if callback_id not in self._open_callbacks:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(text) > ANSWER_LIMIT:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self._open_callbacks.remove(callback_id)
        self.answers.append(Answer(callback_id, text, given.get("show_alert") == "true"))
        return True

    # --- inside ---------------------------------------------------------------

    async def _push(self, content: dict[str, Any]) -> int:
        update_id = self._draw("update")
        self._updates.append({"update_id": update_id, **content})
        await self._tell()
        return update_id

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _draw(self, what: str) -> int:
        number = self._next[what]
        self._next[what] += 1
        return number


async def _gone(request: Request) -> None:
    """Until the caller hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _refusal(refused: Refused) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": str(refused)}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return JSONResponse(body, refused.code)


def _markup(given: dict[str, Any]) -> dict[str, Any]:
    markup: dict[str, Any] = json.loads(given.get("reply_markup", "{}"))
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not 1 <= len(button.get("callback_data", "").encode()) <= CALLBACK_BYTES:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup


def _check_text(text: str) -> None:
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text) > TEXT_LIMIT:
        raise Refused(400, "Bad Request: message is too long")


def _as_json(message: Sent) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "message_id": message.message_id,
        "date": DATE,
        "chat": _chat(message.chat_id),
        "from": BOT,
        "text": message.text,
    }
    if "inline_keyboard" in message.markup:
        shown["reply_markup"] = message.markup
    return shown


def _chat(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "type": "private" if chat_id > 0 else "group"}


def _user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"用户{user_id}"}
