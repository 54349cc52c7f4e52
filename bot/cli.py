"""`zhuli`: every command of the product. Heavy parts are imported by the command that needs them."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import settings as settings_module
from bot.settings import ROOT, Settings, SettingsError

app = typer.Typer(
    name="zhuli",
    help="助力通：企业技术需求对接。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
stations = typer.Typer(help="服务站名录的导入与导出。", no_args_is_help=True)
users = typer.Typer(help="工作台账号。", no_args_is_help=True)
db = typer.Typer(help="数据库。", no_args_is_help=True)
demands = typer.Typer(help="需求。", no_args_is_help=True)
privacy = typer.Typer(help="个人信息：查看与删除。", no_args_is_help=True)
retention = typer.Typer(help="保存期限。", no_args_is_help=True)
GROUPS = {
    "stations": stations,
    "users": users,
    "db": db,
    "demands": demands,
    "privacy": privacy,
    "retention": retention,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def _settings(**given: Any) -> Settings:
    return settings_module.load(**{key: value for key, value in given.items() if value is not None})


def _quiet(settings: Settings) -> None:
    from bot.runtime import quiet

    quiet.environment()
    quiet.logs(settings.log_level)


@app.command()
def up(demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="演示模式")] = None) -> None:
    """迁移数据库、按需训练，启动全部三个进程；收到 SIGTERM 时一起停止。"""
    from bot import bootstrap, supervisor

    settings = _settings(demo=demo)
    _quiet(settings)
    password = bootstrap.prepare(settings, say=typer.echo)
    environment = {"ZHULI_DEMO": "true" if settings.demo else "false"}
    raise typer.Exit(
        supervisor.run(
            ROOT,
            environment,
            [f"{settings.bot_url}/health", f"{settings.console_local_url}/health"],
            lambda: bootstrap.announce(settings, password, say=typer.echo),
        )
    )


@app.command()
def prepare() -> None:
    """只做启动前的准备：迁移数据库、示例名录、按需训练。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    password = bootstrap.prepare(settings, say=typer.echo)
    if password:
        typer.echo(f"管理员 admin / {password}（只显示这一次）")


@app.command()
def bot() -> None:
    """对话服务：公众号消息与 Rasa。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.run_bot(settings)


@app.command()
def console() -> None:
    """工作台网页与接口。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.run_console(settings)


@app.command()
def worker() -> None:
    """发件箱、催办时钟与 Telegram。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.run_worker(settings)


@app.command()
def train(if_needed: Annotated[bool, typer.Option("--if-needed", help="数据没有变就不训练")] = False) -> None:
    """训练对话模型。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    typer.echo(bootstrap.train(settings, if_needed=if_needed, say=typer.echo))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def rasa(context: typer.Context) -> None:
    """在本项目环境里运行任意 rasa 命令。"""
    from bot import bootstrap

    settings = _settings()
    raise typer.Exit(bootstrap.run_rasa(settings, context.args))


@app.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="一条消息；不给则逐行读标准输入")] = None,
    today: Annotated[str | None, typer.Option(help="当作今天的日期，YYYY-MM-DD")] = None,
) -> None:
    """理解一条或多条消息，每条输出一行 JSON。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.parse(settings, text, _day(today), sys.stdin, sys.stdout)


@app.command()
def route(
    stations: Annotated[Path | None, typer.Option(help="名录文件；不给则用数据库里的名录")] = None,
) -> None:
    """逐行读需求（JSON），输出最合适的服务站与理由。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.route(settings, stations, sys.stdin, sys.stdout)


@app.command()
def simulate() -> None:
    """在终端里扮演企业用户，走真实的公众号协议。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    raise typer.Exit(bootstrap.simulate(settings))


@stations.command("import")
def stations_import(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
) -> None:
    """导入名录（.xlsx、.csv、.jsonl）；有一行不对就全部不导入。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    raise typer.Exit(bootstrap.import_stations(settings, file, dry_run, typer.echo))


@stations.command("export")
def stations_export(file: Path) -> None:
    """导出名录，格式按文件名结尾。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.services(settings).directory.export_stations(file)


@users.command("add")
def users_add(
    username: str,
    role: Annotated[str, typer.Option(help="admin、city、district、society、liaison、auditor")] = "city",
    name: Annotated[str | None, typer.Option(help="显示的姓名")] = None,
    scope: Annotated[str | None, typer.Option(help="区（市）县、学会或服务站编号，按角色")] = None,
) -> None:
    """新建账号，密码只显示一次。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    typer.echo(bootstrap.add_user(settings, username, name or username, role, scope))


@users.command("token")
def users_token(username: str, label: Annotated[str, typer.Option(help="用途")] = "cli") -> None:
    """发一个接口令牌，只显示一次。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    typer.echo(bootstrap.services(settings).users.add_token(username, label))


@users.command("disable")
def users_disable(username: str) -> None:
    """停用账号，登录和令牌立即失效。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    bootstrap.disable_user(settings, username)


@db.command("upgrade")
def db_upgrade() -> None:
    """把数据库结构升级到最新。"""
    from bot import bootstrap

    bootstrap.migrate(_settings())


@db.command("check")
def db_check() -> None:
    """数据库能否连上、结构是否最新。"""
    from bot import bootstrap

    current = bootstrap.schema_is_current(_settings())
    typer.echo("数据库结构是最新的。" if current else "数据库结构不是最新的：请运行 zhuli db upgrade。")
    raise typer.Exit(0 if current else 1)


@demands.command("export")
def demands_export(
    file: Path, contacts: Annotated[bool, typer.Option("--contacts", help="含联系方式")] = False
) -> None:
    """导出需求（.jsonl、.csv、.xlsx）；默认联系方式打码。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    typer.echo(f"已导出 {bootstrap.export_demands(settings, file, contacts)} 条需求。")


@app.command()
def backup(file: Path) -> None:
    """备份数据库、媒体文件与演示数据到一个 .tar.gz。"""
    from bot import backup as archive

    typer.echo(f"已备份 {archive.write(_settings(), file)} 行。")


@app.command()
def restore(file: Path) -> None:
    """把备份恢复到空的数据库。"""
    from bot import backup as archive

    typer.echo(f"已恢复 {archive.restore(_settings(), file)} 行。")


@app.command()
def doctor() -> None:
    """检查哪里不对、该怎么办。"""
    from bot import doctor as examination

    findings = list(examination.examine(_settings()))
    for finding in findings:
        typer.echo(f"{'✓' if finding.fine else '✗'} {finding.name}" + ("" if finding.fine else f"：{finding.advice}"))
    raise typer.Exit(0 if all(finding.fine for finding in findings) else 1)


@privacy.command("export")
def privacy_export(openid: str) -> None:
    """某个用户被记录的全部内容（JSON）。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    typer.echo(bootstrap.export_person(settings, openid))


@privacy.command("erase")
def privacy_erase(openid: str) -> None:
    """删除某个用户；在办的需求去掉身份信息后保留。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    left = bootstrap.privacy(settings).erase(f"{settings.wechat_app_id}:{openid}")
    typer.echo("已删除。" + (f"去掉身份后保留的需求：{'、'.join(left)}" if left else ""))


@retention.command("run")
def retention_run() -> None:
    """按保存期限清理。"""
    from bot import bootstrap

    settings = _settings()
    _quiet(settings)
    for kind, count in bootstrap.privacy(settings).run_retention().items():
        typer.echo(f"{kind}: {count}")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("日期要写成 YYYY-MM-DD，例如 2026-11-22") from None


def main() -> int:
    """Runs the command line; what a person can mend is one sentence, not a trace."""
    from bot.runtime import quiet

    quiet.environment()  # before anything imports numpy, whose thread pool is made then
    try:
        result = app(standalone_mode=False)
    except typer.Abort:
        return 130
    except Exception as error:
        from bot.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        typer.echo(said, err=True)
        return 2 if isinstance(error, SettingsError) else getattr(error, "exit_code", 1)
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
