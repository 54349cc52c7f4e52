"""The worker process: outbox, liaisons' buttons, clock, media, retention."""

import asyncio
import json
import signal
from functools import partial
from typing import Any

from bot import bootstrap, chores
from bot.core.choices import Layout
from bot.outbox.worker import OutboxWorker
from bot.services.container import Services
from bot.services.deliveries_log import DeliveryLog
from bot.services.demand_proposals import proposals_of
from bot.services.handover import HandoverService
from bot.services.liaisons import LiaisonService
from bot.services.media import MediaKeeper
from bot.services.proposal_line import proposal_line
from bot.services.wechat_token import WeChatTokenStore
from bot.settings import Settings
from connectors.ports import Deliverer
from connectors.wechat.api import WeChatApi
from connectors.wechat.sender import WeChatSender
from connectors.wechat.wording import load_texts
from connectors.wecom.robot import WeComRobot


def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    found, stop = bootstrap.services(settings), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    store = WeChatTokenStore(found.db, found.clock, settings.wechat_app_id)
    secret = settings.wechat_app_secret.get_secret_value()
    api = WeChatApi(settings.wechat_api_url, settings.wechat_app_id, secret, store, found.clock)
    people = LiaisonService(found.db)
    robot = WeComRobot(settings.wecom_api_url, people.wecom_key, found.clock)
    numbered = Layout(load_texts().choice_hint).numbered
    templates = json.loads(settings.wechat_templates or "{}")
    deliverers: dict[str, Deliverer] = {"wechat": WeChatSender(api, templates, numbered), "wecom": robot}
    telegram = _telegram(settings, found, people)
    if telegram is not None:
        deliverers["telegram"] = telegram.sender
    log = DeliveryLog(found.db, found.clock, found.conversations, undeliverable=found.cases.undeliverable_in)
    tasks = [
        OutboxWorker(log, deliverers, found.clock, lines=partial(liaison_line, found)).run(stop),
        chores.keep_time(
            found.cases, HandoverService(found.db, found.clock), bootstrap.privacy(found), found.clock, stop
        ),
        chores.fetch_media(MediaKeeper(found.db, found.clock, settings.media_dir, api), stop),
        *([telegram.run(stop)] if telegram else []),
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        for channel in (api, robot, telegram):
            if channel is not None:
                await channel.close()
        found.db.close()


def liaison_line(found: Services, demand_no: str, channel: str) -> str:
    """Whom to ask and what to use, as a liaison's message names it."""
    return proposal_line(proposals_of(found.db, found.talent, demand_no, only_sure=True), channel)


def _telegram(settings: Settings, found: Services, people: Any) -> Any:
    """The Telegram channel, None when no token is set."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    from bot.services.case_desk import CaseDesk
    from connectors.telegram.channel import TelegramChannel

    desk = CaseDesk(found.db, found.clock, found.cases)
    return TelegramChannel(token, settings.telegram_api_url, desk, people.telegram_id, proxy=settings.telegram_proxy)
