"""What `zhuli stations|experts|results import` do and say."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import bootstrap
from bot.bootstrap import Say
from bot.core.calendar import CHENGDU
from bot.core.talent import Kind
from bot.services import audit
from bot.services.import_runs import RunningError
from bot.settings import Settings

CHANGES_SHOWN = 50
"""Stations of a dry run."""


def import_stations(settings: Settings, file: Path, dry_run: bool, say: Say) -> int:
    """`zhuli stations import`; the exit code."""
    bootstrap.migrate(settings)
    try:
        report = bootstrap.services(settings).directory.import_stations(file, dry_run, _progress(say))
    except RunningError as error:
        say(f"{error.run.by}在 {local_time(error.run.started_at)} 开始的导入还在进行，请等它结束后再导入。")
        return 1
    return _say_imported(report, "个", say)


def import_talent(settings: Settings, kind: str, file: Path, dry_run: bool, say: Say) -> int:
    """`zhuli experts import` and `zhuli results import`; the exit code."""
    bootstrap.migrate(settings)
    talent = bootstrap.services(settings).talent
    report = talent.import_file(Kind(kind), file, audit.SYSTEM, dry_run=dry_run, progress=_progress(say))
    return _say_imported(report, "条", say)


def export_talent(settings: Settings, kind: str, file: Path) -> int:
    """How many were written."""
    bootstrap.migrate(settings)
    return bootstrap.services(settings).talent.export_file(Kind(kind), file)


def local_time(moment: datetime) -> str:
    """In Chengdu."""
    return moment.astimezone(CHENGDU).strftime("%Y-%m-%d %H:%M")


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
