"""The one place that puts the house together: services, the bot and console processes; the worker is bot.worker."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bot.core.calendar import chengdu_date
from bot.core.choices import Layout
from bot.services import container
from bot.services.container import Services
from bot.settings import ROOT, Settings
from models import Cipher, Database, migrations

if TYPE_CHECKING:
    from bot.services.privacy import PrivacyService

log = structlog.get_logger(__name__)
Say = Callable[[str], Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    return Database(settings.database_url, Cipher(settings.data_keys))


def migrate(settings: Settings) -> None:
    """Brings the database to the newest schema."""
    database = open_database(settings)
    migrations.upgrade(database.engine)
    database.close()


def schema_is_current(settings: Settings) -> bool:
    """Raises models.UnavailableError when the database does not answer."""
    database = open_database(settings)
    database.ping()
    return migrations.is_current(database.engine)


def services(settings: Settings, clock: Callable[[], datetime] = utc_now, **channel: Any) -> Services:
    """All use cases over the database of `settings`, made current for this process.

    `channel`: layout and deliveries of the channel that runs in this process, if any.
    """
    from bot.services.cases import CaseService
    from bot.services.conversations import ConversationLog
    from bot.services.directory import DirectoryService
    from bot.services.inbox import Inbox
    from bot.services.intake import IntakeService
    from bot.services.proposals import Proposals
    from bot.services.routing import RoutingService, default_encoders
    from bot.services.talent import TalentService
    from bot.services.users import UserService

    db = open_database(settings)
    inbox = Inbox(db, clock)
    conversations = ConversationLog(db, clock, inbox.owner, **channel)
    routing = RoutingService(db, clock, cache_dir=settings.var_dir / "vectors")
    channels = frozenset({"wecom", *(["telegram"] if settings.telegram_token.get_secret_value() else [])})
    cases = CaseService(db, clock, routing.route, console_url=settings.console_url, channels=channels)
    found = Services(
        settings=settings,
        db=db,
        clock=clock,
        routing=routing,
        directory=DirectoryService(db, clock, routing),
        cases=cases,
        intake=IntakeService(db, clock, routing, Proposals(), cases, conversations, settings.media_dir),
        conversations=conversations,
        inbox=inbox,
        users=UserService(db, clock),
        talent=TalentService(db, clock, default_encoders, lambda: chengdu_date(clock()), settings.var_dir / "vectors"),
    )
    container.use(found)
    return found


def training_paths(settings: Settings) -> Any:
    from bot.runtime.training import TrainingPaths

    return TrainingPaths(
        models=settings.models_dir,
        config=ROOT / "config.yml",
        domain=ROOT / "bot/domain",
        data=(ROOT / "nlu_data",),
        code=(ROOT / "bot/nlu",),
    )


def train(settings: Settings, *, if_needed: bool, say: Say = print) -> Path:
    """The model in force afterwards."""
    from bot.runtime import training

    return training.train(training_paths(settings), if_needed=if_needed, say=say)


def prepare(settings: Settings, say: Say) -> str | None:
    """Everything before the first process starts; the administrator's one-time password when one was made."""
    say("准备数据库…")
    migrate(settings)
    found = services(settings)
    password = found.users.ensure_admin()
    if settings.demo:
        say("准备示例名录…")
        found.directory.load_demo()
        found.talent.load_demo()
    found.routing.warm_up()
    train(settings, if_needed=True, say=say)
    found.db.close()
    return password


def announce(settings: Settings, password: str | None, say: Say) -> None:
    """The addresses, once everything answers."""
    lines = ["", "助力通已启动："]
    if settings.demo:
        lines.append(f"  模拟手机  {settings.console_url}/demo/")
    lines.append(f"  工作台    {settings.console_url}/")
    lines.append(f"  公众号    {settings.bot_url}/webhooks/wechat/webhook")
    if password:
        lines.append(f"  管理员    admin / {password}（只显示这一次，登录后请修改）")
    if settings.demo:
        lines.append("  演示模式：示例名录，微信由本机扮演，什么都不会发到外面。按 Ctrl+C 停止。")
    say("\n".join(lines) + "\n")


def run_bot(settings: Settings) -> None:
    """The bot process, until SIGTERM."""
    from bot.runtime import quiet

    quiet.load_rasa()
    from bot.runtime.launcher import serve

    options, parts = bot_parts(settings, train(settings, if_needed=True))
    serve(options, parts)


def bot_parts(settings: Settings, model: Path) -> tuple[Any, Any]:
    """Options and parts of bot.runtime.launcher for the WeChat channel."""
    from bot.runtime.launcher import BotOptions, BotParts
    from bot.services.deliveries import Deliveries
    from bot.services.spill import Spill
    from connectors.wechat.channel import Account, WeChatInput
    from connectors.wechat.desk import Desk
    from connectors.wechat.replies import passive_parts
    from connectors.wechat.wording import load_menu, load_texts

    texts, deliveries = load_texts(), Deliveries()
    found = services(settings, layout=Layout(texts.choice_hint, passive_parts), deliveries=deliveries)
    found.routing.warm_up()
    desk = Desk(
        found.inbox,
        found.conversations,
        deliveries,
        Spill(settings.var_dir / "inbox-spill.jsonl", found.db.cipher),
        texts,
        forget=found.intake.erase,
    )
    keys = [settings.wechat_aes_key.get_secret_value(), settings.wechat_aes_key_previous.get_secret_value()]
    account = Account(
        settings.wechat_app_id,
        settings.wechat_token.get_secret_value(),
        [key for key in keys if key],
        settings.wechat_original_id,
    )
    channel = WeChatInput(account, desk, texts, load_menu(), found.clock)
    options = BotOptions(host=settings.bot_host, port=settings.bot_port, model=model)
    parts = BotParts(
        channels=[channel],
        turns=found.conversations,
        sender_lock=_sender_lock(found),
        healthy=found.db.ping,
        on_start=[channel.start],
        on_stop=[channel.stop],
    )
    return options, parts


def _sender_lock(found: Services) -> Any:
    """Several bot processes may share a PostgreSQL; a SQLite file belongs to one."""
    if found.db.is_sqlite:
        return None
    from bot.runtime.advisory import AdvisoryLock

    return AdvisoryLock(found.settings.database_url)


def run_console(settings: Settings) -> None:
    """The console process, until SIGTERM."""
    import uvicorn

    found = services(settings)
    threading.Thread(target=_warm_up, args=(found,), name="warm-up", daemon=True).start()
    uvicorn.run(
        console_app(settings, found),
        host=settings.console_host,
        port=settings.console_port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
    )


def _warm_up(found: Services) -> None:
    """What the first page of a demand would otherwise wait for: encoders and vectors."""
    try:
        found.routing.warm_up()
        found.talent.warm_up()
    except Exception as error:
        log.error("warm_up_failed", error=type(error).__name__)


def console_app(settings: Settings, found: Services) -> Any:
    """The console; in demo mode with the WeChat that is played on this machine at /demo."""
    from bot.console.app import create_app

    if not settings.demo:
        return create_app(found)
    demo = demo_wechat(settings, found.clock)
    app = create_app(found, demo.app)
    app.router.add_event_handler("shutdown", demo.close)
    return app


def demo_wechat(settings: Settings, clock: Callable[[], datetime]) -> Any:
    """The simulator with its fake WeChat and WeCom."""
    from connectors.demo.account import DemoAccount
    from connectors.demo.simulator import build_demo
    from connectors.wechat.wording import load_menu, wechat_menu

    account = DemoAccount(
        settings.wechat_app_id,
        settings.wechat_app_secret.get_secret_value(),
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_original_id or "gh_demo00000000",
    )
    return build_demo(
        account,
        f"{settings.bot_url}/webhooks/wechat/webhook",
        settings.var_dir / "demo",
        clock,
        public_url=f"{settings.console_local_url}/demo",
        menu=wechat_menu(load_menu()),
    )


def run_rasa(settings: Settings, args: Sequence[str]) -> int:
    """Any rasa command; commands that talk get our actions over our database."""
    from bot.runtime.commands import rasa_command

    migrate(settings)
    services(settings)
    return rasa_command(args, training_paths(settings), ROOT / "endpoints.yml")


def simulate(settings: Settings) -> int:
    """`zhuli simulate`: the terminal as a phone."""
    from connectors.demo import terminal

    return terminal.run(
        f"{settings.bot_url}/webhooks/wechat/webhook",
        settings.wechat_app_id,
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_original_id,
        f"{settings.console_local_url}/demo" if settings.demo else None,
    )


def privacy(found: Services) -> "PrivacyService":
    """What is kept about a person: shown, erased, cleared after its time."""
    from bot.services.privacy import PrivacyService

    return PrivacyService(found.db, found.clock, found.intake)
