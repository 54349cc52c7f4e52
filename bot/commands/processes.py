"""Starting, training and looking after the bot."""

from typing import Annotated

import typer

from bot.commands.opening import loaded, opened
from bot.settings import ROOT

app = typer.Typer()


@app.command()
def up(demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="演示模式")] = None) -> None:
    """迁移数据库、按需训练，启动全部三个进程；收到 SIGTERM 时一起停止。"""
    from bot import bootstrap, supervisor

    settings = opened(demo=demo)
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

    settings = opened()
    password = bootstrap.prepare(settings, say=typer.echo)
    if password:
        typer.echo(f"管理员 admin / {password}（只显示这一次）")


@app.command()
def bot() -> None:
    """对话服务：公众号消息与 Rasa。"""
    from bot import bootstrap

    settings = opened()
    bootstrap.run_bot(settings)


@app.command()
def console() -> None:
    """工作台网页与接口。"""
    from bot import bootstrap

    settings = opened()
    bootstrap.run_console(settings)


@app.command()
def worker() -> None:
    """发件箱、催办时钟与 Telegram。"""
    from bot import worker as process

    process.run(opened())


@app.command()
def train(if_needed: Annotated[bool, typer.Option("--if-needed", help="数据没有变就不训练")] = False) -> None:
    """训练对话模型。"""
    from bot import bootstrap

    settings = opened()
    typer.echo(bootstrap.train(settings, if_needed=if_needed, say=typer.echo))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def rasa(context: typer.Context) -> None:
    """在本项目环境里运行任意 rasa 命令。"""
    from bot import bootstrap

    settings = loaded()
    raise typer.Exit(bootstrap.run_rasa(settings, context.args))


@app.command()
def simulate() -> None:
    """在终端里扮演企业用户，走真实的公众号协议。"""
    from bot import bootstrap

    settings = opened()
    raise typer.Exit(bootstrap.simulate(settings))


@app.command()
def doctor() -> None:
    """检查哪里不对、该怎么办。"""
    from bot import doctor as examination

    findings = list(examination.examine(loaded()))
    for finding in findings:
        typer.echo(f"{'✓' if finding.fine else '✗'} {finding.name}" + ("" if finding.fine else f"：{finding.advice}"))
    raise typer.Exit(0 if all(finding.fine for finding in findings) else 1)
