"""The bot process: Rasa's agent behind one channel, /health and /metrics, and nothing else."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage, register
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, text

from bot.runtime import metrics
from bot.runtime.actions import InProcessActions, use_cached_validation
from bot.runtime.bookkeeping import use_cheap_bookkeeping
from bot.runtime.calls import use_light_calls
from bot.runtime.locks import FirstComeLockStore, SenderLock
from bot.runtime.processor import TurnAgent
from bot.runtime.tracker_store import TurnTrackerStore
from bot.runtime.trackers import use_light_trackers
from bot.runtime.turns import TurnLog

log = structlog.get_logger(__name__)
Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class BotOptions:
    """How the bot process runs."""

    host: str
    port: int
    model: Path
    """The trained model, a .tar.gz."""
    live_trackers: int = 2000
    event_limit: int = 40
    """Events after which a conversation is recorded as a snapshot again."""
    body_limit: int = 64 * 1024
    """Bytes of a request body."""
    stop_seconds: float = 10.0
    """How long a stop waits for open connections after the drain hooks."""


@dataclass(frozen=True)
class BotParts:
    """What the rest of the house gives the bot process."""

    channels: Sequence[InputChannel]
    turns: TurnLog
    actions: str | EndpointConfig | None = "actions"
    """Package of custom actions, or an endpoint that runs them."""
    sender_lock: SenderLock | None = None
    """Needed when several bot processes share the database."""
    healthy: Callable[[], None] | None = None
    """Raises when something the bot needs is down; called in a thread."""
    on_start: Sequence[Hook] = field(default=())
    """Run when the model is loaded and the port is open, e.g. to resume unfinished messages."""
    on_stop: Sequence[Hook] = field(default=())
    """Run at SIGTERM while turns can still finish; each should end by itself."""
    warm_up: str | None = "你好"
    """Parsed once before the port opens, so that the first user does not wait for lazy loading."""


def build_app(options: BotOptions, parts: BotParts) -> Sanic:
    """The Sanic application; the model is loaded before the port opens. Rasa's HTTP API is not part of it."""
    app = Sanic("zhuli_bot", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=options.body_limit,
        REQUEST_TIMEOUT=10,
        KEEP_ALIVE_TIMEOUT=60,
        RESPONSE_TIMEOUT=30,
        GRACEFUL_SHUTDOWN_TIMEOUT=options.stop_seconds,
        ACCESS_LOG=False,
        MOTD=False,
        FALLBACK_ERROR_FORMAT="text",
    )
    app.ctx.stopping = False
    app.ctx.agent = None
    register(list(parts.channels), app, route="/webhooks/")
    app.add_route(partial(_health, parts), "/health", name="health")
    app.add_route(_metrics, "/metrics", name="metrics")
    app.add_route(_root, "/", name="root")
    app.register_middleware(_refuse_while_stopping, "request")
    app.error_handler.add(Exception, _plain_error)
    app.register_listener(partial(_load, options, parts), "before_server_start")
    app.register_listener(partial(_run_hooks, parts.on_start), "after_server_start")
    app.register_listener(partial(_drain, parts.on_stop), "before_server_stop")
    return app


def serve(options: BotOptions, parts: BotParts) -> None:
    """Run the bot in this process until SIGTERM or SIGINT."""
    build_app(options, parts).run(
        host=options.host, port=options.port, workers=1, access_log=False, motd=False, debug=False
    )


def load_agent(options: BotOptions, parts: BotParts) -> TurnAgent:
    """The agent with its model, store, lock and actions; raises when the model cannot be loaded."""
    use_cached_validation()
    use_cheap_bookkeeping()
    use_light_trackers()
    use_light_calls()
    actions = parts.actions
    if not isinstance(actions, EndpointConfig):
        actions = InProcessActions(actions)
    store = TurnTrackerStore(log=parts.turns, live=options.live_trackers, limit=options.event_limit)
    agent = TurnAgent(store, FirstComeLockStore(shared=parts.sender_lock), actions)
    agent.load_model(options.model)
    return agent


async def _load(options: BotOptions, parts: BotParts, app: Sanic, _: Any) -> None:
    agent = load_agent(options, parts)
    if parts.warm_up and agent.processor:
        await agent.processor.parse_message(UserMessage(parts.warm_up, sender_id="warm-up"))
    metrics.watch(live=agent.tracker_store.__len__, busy=agent.lock_store.__len__)
    gc.collect()
    gc.freeze()
    app.ctx.agent = agent
    log.info("bot is up", host=options.host, port=options.port, model=options.model.name)


async def _run_hooks(hooks: Sequence[Hook], app: Sanic, _: Any) -> None:
    for hook in hooks:
        await hook()


async def _drain(hooks: Sequence[Hook], app: Sanic, loop: Any) -> None:
    app.ctx.stopping = True
    await _run_hooks(hooks, app, loop)


async def _refuse_while_stopping(request: Request) -> HTTPResponse | None:
    """While the bot drains, new messages are left to the channel's retry or to another process."""
    if request.app.ctx.stopping and request.path.startswith("/webhooks/"):
        return text("", status=503, headers={"connection": "close"})
    return None


async def _health(parts: BotParts, request: Request) -> HTTPResponse:
    if request.app.ctx.agent is None or request.app.ctx.stopping:
        return text("unavailable", status=503)
    try:
        if parts.healthy is not None:
            await asyncio.to_thread(parts.healthy)
    except Exception as error:
        log.warning("not healthy", error=type(error).__name__)
        return text("unavailable", status=503)
    return text("ok")


async def _metrics(_: Request) -> HTTPResponse:
    body, content_type = metrics.exposition()
    return HTTPResponse(body, content_type=content_type)


async def _root(_: Request) -> HTTPResponse:
    return text("ok")


def _plain_error(_: Request, error: Exception) -> HTTPResponse:
    """The status and nothing else: no message, no trace, no names of software."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if status >= 500:
        log.error("request failed", error=type(error).__name__, exc_info=error)
    return text("", status=status)
