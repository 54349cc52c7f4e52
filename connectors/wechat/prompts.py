"""What a push means to the conversation: the text or the payload of a turn, and what is kept of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.services.inbox import Arrival, NewAttachment
from connectors.wechat import messages as m
from connectors.wechat.text import sanitise
from connectors.wechat.wording import MenuButton

_KEPT = 12_000
"""Characters of a text that are kept; a body cannot hold many more."""


@dataclass(frozen=True)
class Prompts:
    """Turns pushes into arrivals for the inbox. User text never becomes a payload."""

    app_id: str
    menu: Mapping[str, MenuButton]
    said: Mapping[str, str]

    def arrival(self, push: m.Push, digest: str | None) -> Arrival:
        """What the inbox keeps of `push`."""
        payload, attachment = self._content(push)
        return Arrival(
            unique_key=push.key,
            sender_id=f"{self.app_id}:{push.from_user}",
            kind=push.kind[:24],
            payload=payload,
            digest=digest,
            attachment=attachment,
        )

    def _content(self, push: m.Push) -> tuple[dict[str, Any], NewAttachment | None]:
        match push:
            case m.Text():
                return {"text": sanitise(push.content)[:_KEPT]}, None
            case m.Media():
                attachment = NewAttachment(push.type, media_id=push.media_id)
                if push.recognition:
                    return {"text": sanitise(push.recognition)}, attachment
                return self._sent(push), attachment
            case m.Location():
                place = {"latitude": push.latitude, "longitude": push.longitude, "label": sanitise(push.label)}
                return self._sent(push, **place), _described(push, place)
            case m.Link():
                link = {"title": push.title, "description": push.description, "url": push.url}
                return self._sent(push, title=sanitise(push.title)), _described(push, link)
            case m.Subscribe():
                return self._command(push, "/subscribed", {"scene": push.scene} if push.scene else {}), None
            case m.Click():
                return self._tap(push), None
            case m.TemplateResult():
                return {"message_id": push.message_id, "status": push.status}, None
            case m.Unsubscribe() | m.Other():
                return {}, None
            case _:
                return self._sent(push), None

    def _sent(self, push: m.Push, **details: str) -> dict[str, Any]:
        content = self._command(push, "/user_sent", {"kind": push.kind})
        return content | {"attachment": {"kind": push.kind, **details}}

    def _command(self, push: m.Push, intent: str, entities: Mapping[str, str]) -> dict[str, Any]:
        values = json.dumps(entities, ensure_ascii=False) if entities else ""
        return {"command": f"{intent}{values}", "said": self.said.get(push.kind, "")}

    def _tap(self, push: m.Click) -> dict[str, Any]:
        button = self.menu.get(push.menu_key)
        if button is None:
            return self._command(push, "/help", {})
        return {"command": button.payload, "said": self.said[push.kind] + button.title}


def _described(push: m.Push, details: Mapping[str, str]) -> NewAttachment:
    return NewAttachment(push.kind, description=sanitise(json.dumps(details, ensure_ascii=False)))
