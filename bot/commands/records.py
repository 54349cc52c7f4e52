"""What is kept: demands out, personal data shown and erased, retention."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened
from bot.commands.usage import ending, writable

demands = typer.Typer(help="需求。", no_args_is_help=True)
privacy = typer.Typer(help="个人信息：查看与删除。", no_args_is_help=True)
retention = typer.Typer(help="保存期限。", no_args_is_help=True)


@demands.command("export")
def demands_export(
    file: Path, contacts: Annotated[bool, typer.Option("--contacts", help="含联系方式")] = False
) -> None:
    """导出需求（.jsonl、.csv、.xlsx）；默认联系方式打码。"""
    from bot import bootstrap

    ending(writable(file), ".jsonl", ".csv", ".xlsx")
    settings = opened()
    typer.echo(f"已导出 {bootstrap.export_demands(settings, file, contacts)} 条需求。")


@privacy.command("export")
def privacy_export(openid: str) -> None:
    """某个用户被记录的全部内容（JSON）。"""
    from bot import bootstrap

    settings = opened()
    typer.echo(bootstrap.export_person(settings, openid))


@privacy.command("erase")
def privacy_erase(openid: str) -> None:
    """删除某个用户；在办的需求去掉身份信息后保留。"""
    from bot import bootstrap

    settings = opened()
    left = bootstrap.privacy(settings).erase(f"{settings.wechat_app_id}:{openid}")
    typer.echo("已删除。" + (f"去掉身份后保留的需求：{'、'.join(left)}" if left else ""))


@retention.command("run")
def retention_run() -> None:
    """按保存期限清理。"""
    from bot import bootstrap

    settings = opened()
    for kind, count in bootstrap.privacy(settings).run_retention().items():
        typer.echo(f"{kind}: {count}")
