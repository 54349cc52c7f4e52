"""What is kept: demands out, personal data shown and erased, retention."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.opening import opened
from bot.commands.usage import ending, writable
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.services.privacy import PrivacyService

demands = typer.Typer(help="需求。", no_args_is_help=True)
privacy = typer.Typer(help="个人信息：查看与删除。", no_args_is_help=True)
retention = typer.Typer(help="保存期限。", no_args_is_help=True)


@demands.command("export")
def export(file: Path, contacts: Annotated[bool, typer.Option("--contacts", help="含联系方式")] = False) -> None:
    """导出需求（.jsonl、.csv、.xlsx）；默认联系方式打码。"""
    from bot import bootstrap
    from bot.services.export import demands_export

    ending(writable(file), ".jsonl", ".csv", ".xlsx")
    settings = opened()
    count = demands_export(bootstrap.services(settings).db, file, contacts=contacts, clock=bootstrap.utc_now)
    typer.echo(f"已导出 {count} 条需求。")


@privacy.command("export")
def privacy_export(openid: str) -> None:
    """某个用户被记录的全部内容（JSON）。"""
    settings = opened()
    kept = _privacy(settings).export(_person(settings, openid))
    typer.echo(json.dumps(kept, ensure_ascii=False, indent=2))


@privacy.command("erase")
def privacy_erase(openid: str) -> None:
    """删除某个用户；在办的需求去掉身份信息后保留。"""
    settings = opened()
    left = _privacy(settings).erase(_person(settings, openid))
    typer.echo("已删除。" + (f"去掉身份后保留的需求：{'、'.join(left)}" if left else ""))


@retention.command("run")
def retention_run() -> None:
    """按保存期限清理。"""
    settings = opened()
    for kind, count in _privacy(settings).run_retention().items():
        typer.echo(f"{kind}: {count}")


def _privacy(settings: Settings) -> "PrivacyService":
    from bot import bootstrap

    return bootstrap.privacy(bootstrap.services(settings))


def _person(settings: Settings, openid: str) -> str:
    return f"{settings.wechat_app_id}:{openid}"
