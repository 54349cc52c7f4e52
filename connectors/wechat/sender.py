"""Delivers notices to WeChat users: customer-service messages, a template where one is set."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import regex  # type: ignore[import-untyped]

from connectors.ports import Dead, Delivered, Held, Outcome, Outgoing, Retry
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, Policy, WeChatError
from connectors.wechat.text import sanitise, split

log = logging.getLogger(__name__)

QUOTA_PAUSES = {45009: timedelta(hours=1), 45011: timedelta(minutes=1)}
TEMPLATE_FIELD_LIMIT = 20
"""Characters WeChat shows of a template field; longer ones are refused for some kinds of field."""


Numbered = Callable[[str, Sequence[Mapping[str, Any]]], str]


class WeChatSender:
    """Deliverer of channel "wechat".

    `templates`: kind of notice → template id, used with data["template"] when the user's window is closed.
    `numbered`: writes a list of choices ({title, payload}) under a text, as the dialogue does.
    """

    def __init__(
        self, api: WeChatApi, templates: Mapping[str, str] | None = None, numbered: Numbered | None = None
    ) -> None:
        self._api = api
        self._templates = dict(templates or {})
        self._numbered = numbered or _unnumbered

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """Sends what is still untold of the notice, part by part."""
        app_id, _, openid = outgoing.recipient.partition(":")
        if app_id != self._api.app_id or not openid:
            return Dead("wrong_account")
        parts = split(sanitise(self._untold(outgoing)).strip())
        if not parts:
            return Dead("empty")
        for sent, part in enumerate(parts):
            try:
                await self._api.send_text(openid, part)
            except WeChatError as error:
                remember = {"rest": "".join(parts[sent:])} if sent else {}
                return await self._failed(error, outgoing, openid, remember)
        return Delivered()

    def _untold(self, outgoing: Outgoing) -> str:
        rest, choices = outgoing.data.get("rest"), outgoing.data.get("choices")
        if rest:
            return str(rest)
        return self._numbered(outgoing.text, choices) if choices else outgoing.text

    async def _failed(self, error: WeChatError, outgoing: Outgoing, openid: str, remember: dict[str, str]) -> Outcome:
        log.info("notice %s was not delivered: %s", outgoing.id, error)
        if error.policy is Policy.HELD:
            return await self._by_template(outgoing, openid) or Held(error.code, remember)
        if error.policy is Policy.NEVER:
            return Dead(error.code)
        return _later(error, remember)

    async def _by_template(self, outgoing: Outgoing, openid: str) -> Delivered | Retry | None:
        """None when there is no template for this kind or WeChat will not take it."""
        template_id = self._templates.get(outgoing.kind)
        fields = outgoing.data.get("template")
        if not template_id or not isinstance(fields, dict):
            return None
        short = {str(name): _shortened(str(value)) for name, value in fields.items()}
        once = hashlib.sha256(outgoing.dedupe_key.encode()).hexdigest()[:32]
        try:
            msgid = await self._api.send_template(
                openid, template_id, short, url=str(outgoing.data.get("url", "")), once=once
            )
        except WeChatError as error:
            log.warning("template of notice %s was not accepted: %s", outgoing.id, error)
            return _later(error, {}) if error.policy is Policy.BACK_OFF else None
        return Delivered({"template_msgid": msgid})


def _unnumbered(text: str, _: Sequence[Mapping[str, Any]]) -> str:
    return text


def _later(error: WeChatError, remember: dict[str, str]) -> Retry:
    pause = QUOTA_PAUSES.get(error.errcode) if isinstance(error, ApiError) else None
    return Retry(error.code, pause, remember)


def _shortened(value: str) -> str:
    """The first line, cut by graphemes to what a template field shows."""
    graphemes: list[str] = regex.findall(r"\X", value.strip().split("\n")[0])
    if len(graphemes) <= TEMPLATE_FIELD_LIMIT:
        return "".join(graphemes)
    return "".join(graphemes[: TEMPLATE_FIELD_LIMIT - 1]) + "…"
