"""Holds a conversation with the trained bot over a real database, without a channel in between."""

from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.core.choices import Layout, chosen
from bot.runtime.processor import TurnAgent
from connectors.wechat.text import neutralise

TODAY = "2026-11-20"


@dataclass
class Talk:
    """One person's conversation; numbered choices work as in the channel."""

    agent: TurnAgent
    sender_id: str
    today: str = TODAY
    choices: list[dict[str, Any]] = field(default_factory=list)
    event: bool = False
    """True while what is said comes from the channel and not from a person."""
    said: list[str] = field(default_factory=list)
    """The bot's answers, one text a turn."""

    async def say(self, text: str) -> str:
        picked = chosen(text, self.choices)
        text = text if self.event else neutralise(text)
        output = CollectingOutputChannel()
        metadata = {"question": await self.question(), "today": self.today}
        sent = str(picked["payload"]) if picked else text
        await self.agent.handle_message(UserMessage(sent, output, self.sender_id, metadata=metadata))
        laid = Layout().lay_out([_Bubble(**_parts(message)) for message in output.messages])
        self.choices = laid.choices
        self.said.append(laid.text)
        return laid.text

    async def send(self, payload: str) -> str:
        """What the channel itself sends: /user_sent{"kind": "image"}."""
        self.event = True
        try:
            return await self.say(payload)
        finally:
            self.event = False

    async def question(self) -> str | None:
        tracker = await self.agent.tracker_store.retrieve(self.sender_id)
        if tracker is None:
            return None
        asked: str | None = tracker.get_slot("requested_slot") if tracker.active_loop_name else None
        pending: str | None = tracker.get_slot("pending")
        return asked or pending

    async def slots(self) -> dict[str, Any]:
        tracker = await self.agent.tracker_store.retrieve(self.sender_id)
        return {} if tracker is None else tracker.current_slot_values()


@dataclass(frozen=True)
class _Bubble:
    text: str | None
    buttons: list[dict[str, Any]]
    data: dict[str, Any]


def _parts(message: dict[str, Any]) -> dict[str, Any]:
    return {"text": message.get("text"), "buttons": message.get("buttons") or [], "data": {}}
