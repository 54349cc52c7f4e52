"""`zhuli stations`: the directory in and out."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened
from bot.commands.usage import confirmed, ending, existing, writable

FORMATS = (".xlsx", ".csv", ".jsonl")
stations = typer.Typer(help="服务站名录的导入与导出。", no_args_is_help=True)


@stations.command("import")
def stations_import(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
) -> None:
    """导入名录（.xlsx、.csv、.jsonl）；有一行不对就全部不导入。"""
    from bot import imports

    ending(existing(file), *FORMATS)
    settings = opened()
    raise typer.Exit(imports.import_stations(settings, file, dry_run, typer.echo))


@stations.command("undo")
def stations_undo(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接撤销")] = False,
) -> None:
    """撤销上次导入：改动的站恢复原样，新增的站移除；导入后又有变化的，说明原因并且什么都不改。"""
    from bot import undo

    settings = opened()
    raise typer.Exit(undo.undo_import(settings, yes, typer.echo, confirmed))


@stations.command("export")
def stations_export(file: Path) -> None:
    """导出名录，格式按文件名结尾。"""
    from bot import bootstrap

    ending(writable(file), *FORMATS)
    settings = opened()
    bootstrap.services(settings).directory.export_stations(file)


@stations.command("template")
def stations_template(file: Path) -> None:
    """写一份空白名录（.xlsx）：表头、示例、下拉选项、填写说明和可用代码。"""
    from bot.services import station_template

    ending(writable(file), ".xlsx")
    station_template.write(file)
    typer.echo(f"已写好 {file}。填好后先运行 zhuli stations import {file} --dry-run 检查。")
