"""`zhuli experts` and `zhuli results`: 人才库 and 成果库 in and out."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import opened

DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")]
experts = typer.Typer(help="人才库的导入与导出。", no_args_is_help=True)
results = typer.Typer(help="成果库的导入与导出。", no_args_is_help=True)


@experts.command("import")
def experts_import(file: Path, dry_run: DryRun = False) -> None:
    """导入专家（.xlsx、.csv、.jsonl）；有一行不对就全部不导入。"""
    _import("expert", file, dry_run)


@experts.command("export")
def experts_export(file: Path) -> None:
    """导出专家，格式按文件名结尾。"""
    _export("expert", file)


@results.command("import")
def results_import(file: Path, dry_run: DryRun = False) -> None:
    """导入成果（.xlsx、.csv、.jsonl）；有一行不对就全部不导入。"""
    _import("result", file, dry_run)


@results.command("export")
def results_export(file: Path) -> None:
    """导出成果，格式按文件名结尾。"""
    _export("result", file)


def _import(kind: str, file: Path, dry_run: bool) -> None:
    from bot import imports

    raise typer.Exit(imports.import_talent(opened(), kind, file, dry_run, typer.echo))


def _export(kind: str, file: Path) -> None:
    from bot import imports

    typer.echo(f"已导出 {imports.export_talent(opened(), kind, file)} 条：{file}")
