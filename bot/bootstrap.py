"""The one place that puts the house together: services, the three processes, and what the command line calls."""

import asyncio
import json
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import structlog

from bot.core.choices import Layout
from bot.services import container
from bot.services.container import CHENGDU, Services
from bot.settings import ROOT, Settings
from connectors.ports import Deliverer
from models import Cipher, Database, migrations

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
        talent=TalentService(
            db, clock, default_encoders, lambda: clock().astimezone(CHENGDU).date(), settings.var_dir / "vectors"
        ),
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


def run_worker(settings: Settings) -> None:
    """The worker process, until SIGTERM or SIGINT: outbox, liaisons' buttons, clock, media, retention."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from bot import chores
    from bot.outbox.worker import OutboxWorker
    from bot.services.deliveries_log import DeliveryLog
    from bot.services.handover import HandoverService
    from bot.services.liaisons import LiaisonService
    from bot.services.media import MediaKeeper
    from bot.services.wechat_token import WeChatTokenStore
    from connectors.wechat.api import WeChatApi
    from connectors.wechat.sender import WeChatSender
    from connectors.wechat.wording import load_texts
    from connectors.wecom.robot import WeComRobot

    found, stop = services(settings), asyncio.Event()
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
            found.cases, HandoverService(found.db, found.clock), privacy_service(found), found.clock, stop
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
    from bot.services.demand_proposals import proposals_of
    from bot.services.proposal_line import proposal_line

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


def parse(settings: Settings, text: str | None, today: date | None, lines: TextIO, out: TextIO) -> None:
    """`zhuli parse`: one message, or one a line."""
    from bot.nlu.parse import Parser, parse_lines

    parser = Parser(train(settings, if_needed=True, say=lambda _: None))
    day = today or utc_now().astimezone(CHENGDU).date()
    if text is None:
        parse_lines(lines, out, parser, day)
    else:
        out.write(json.dumps(parser.parse(text, today=day), ensure_ascii=False) + "\n")


def route(settings: Settings, stations: Path | None, lines: TextIO, out: TextIO) -> None:
    """`zhuli route`: JSON lines in and out, over a file or the database's directory."""
    from bot.services.route_lines import file_route, route_lines

    if stations is None:
        migrate(settings)
        route_lines(lines, out, services(settings).routing.route)
    else:
        cache, today = settings.var_dir / "vectors", lambda: utc_now().astimezone(CHENGDU).date()
        route_lines(lines, out, file_route(stations, cache, today))


def import_stations(settings: Settings, file: Path, dry_run: bool, say: Say) -> int:
    """`zhuli stations import`; the exit code."""
    from bot.services.import_runs import RunningError

    migrate(settings)
    try:
        report = services(settings).directory.import_stations(file, dry_run, _progress(say))
    except RunningError as error:
        say(f"{error.run.by}在 {local_time(error.run.started_at)} 开始的导入还在进行，请等它结束后再导入。")
        return 1
    return _say_imported(report, "个", say)


def import_talent(settings: Settings, kind: str, file: Path, dry_run: bool, say: Say) -> int:
    """`zhuli experts import` and `zhuli results import`; the exit code."""
    from bot.core.talent import Kind
    from bot.services import audit

    migrate(settings)
    talent = services(settings).talent
    report = talent.import_file(Kind(kind), file, audit.SYSTEM, dry_run=dry_run, progress=_progress(say))
    return _say_imported(report, "条", say)


def export_talent(settings: Settings, kind: str, file: Path) -> int:
    """How many were written."""
    from bot.core.talent import Kind

    migrate(settings)
    return services(settings).talent.export_file(Kind(kind), file)


def local_time(moment: datetime) -> str:
    """In Chengdu."""
    return moment.astimezone(CHENGDU).strftime("%Y-%m-%d %H:%M")


CHANGES_SHOWN = 50
"""Of a dry run."""


def _say_imported(report: Any, unit: str, say: Say) -> int:
    for error in report.errors:
        say(str(error))
    if report.errors:
        say(f"共 {len(report.errors)} 处错误，没有导入任何一行。")
        return 1
    for change in getattr(report, "changes", [])[: CHANGES_SHOWN if report.dry_run else 0]:
        say(f"更新 {change.station_id} {change.name}：{'、'.join(change.columns)}")
    done = "检查通过，将" if report.dry_run else "已"
    say(f"{done}新增 {report.added} {unit}、更新 {report.updated} {unit}，{report.unchanged} {unit}没有变化。")
    if report.dry_run and getattr(report, "absent", 0):
        say(f"名录里另有 {report.absent} {unit}文件没有提到，保持原样。")
    return 0


def _progress(say: Say) -> Callable[[int, int], None]:
    """Says every tenth of the way."""
    said = [0]

    def progress(done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if total > 50 and tenth > said[0]:
            said[0] = tenth
            say(f"计算向量 {done}/{total}")

    return progress


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


def export_demands(settings: Settings, file: Path, contacts: bool) -> int:
    """How many demands were written."""
    from bot.services.export import demands_export

    return demands_export(services(settings).db, file, contacts=contacts, clock=utc_now)


def privacy(settings: Settings) -> Any:
    return privacy_service(services(settings))


def privacy_service(found: Services) -> Any:
    from bot.services.privacy import PrivacyService

    return PrivacyService(found.db, found.clock, found.intake)


def export_person(settings: Settings, openid: str) -> str:
    """JSON of everything that is kept about a person."""
    return json.dumps(privacy(settings).export(f"{settings.wechat_app_id}:{openid}"), ensure_ascii=False, indent=2)


def add_user(settings: Settings, username: str, name: str, role: str, scope: str | None) -> str:
    """The one-time password."""
    from bot.core.roles import Role
    from bot.services import audit

    return services(settings).users.create(audit.SYSTEM, username, name, Role(role), scope)


def disable_user(settings: Settings, username: str) -> None:
    from bot.services import audit

    services(settings).users.disable(audit.SYSTEM, username)
