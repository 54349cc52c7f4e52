"""The database: schema, backup, restore."""

from pathlib import Path

import typer

from bot.commands.opening import loaded
from bot.commands.usage import existing, writable

app = typer.Typer()
db = typer.Typer(help="数据库。", no_args_is_help=True)


@db.command("upgrade")
def db_upgrade() -> None:
    """把数据库结构升级到最新。"""
    from bot import bootstrap

    bootstrap.migrate(loaded())


@db.command("check")
def db_check() -> None:
    """数据库能否连上、结构是否最新。"""
    from bot import bootstrap

    current = bootstrap.schema_is_current(loaded())
    typer.echo("数据库结构是最新的。" if current else "数据库结构不是最新的：请运行 zhuli db upgrade。")
    raise typer.Exit(0 if current else 1)


@app.command()
def backup(file: Path) -> None:
    """备份数据库、媒体文件与演示数据到一个 .tar.gz。"""
    from bot import backup as archive

    typer.echo(f"已备份 {archive.write(loaded(), writable(file))} 行。")


@app.command()
def restore(file: Path) -> None:
    """把备份恢复到空的数据库。"""
    from bot import backup as archive

    typer.echo(f"已恢复 {archive.restore(loaded(), existing(file))} 行。")
