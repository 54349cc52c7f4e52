"""`zhuli stations undo`: what the last import did, the question, the result."""

from collections.abc import Callable

from bot import bootstrap
from bot.imports import local_time
from bot.services import audit
from bot.services.directory_undo import DirectoryUndo, UndoError, UndoPlan
from bot.settings import Settings

SHOWN = 50
"""Stations of each kind."""
UNCHANGED = "没有撤销，名录没有任何改动。"


def undo_import(settings: Settings, yes: bool, say: bootstrap.Say, ask: Callable[[str], bool]) -> int:
    """`zhuli stations undo`; the exit code."""
    bootstrap.migrate(settings)
    found = bootstrap.services(settings)
    undo = DirectoryUndo(found.db, found.clock, found.directory.runs)
    try:
        plan = undo.plan()
        _say_undo(plan, say)
        if plan.obstacles or not (yes or ask("确认撤销吗？")):
            say(UNCHANGED)
            return 1
        plan = undo.carry_out(plan.run.id, audit.SYSTEM)
    except UndoError as error:
        say(str(error))
        return 1
    if plan.obstacles:
        _say_undo(plan, say)
        say(UNCHANGED)
        return 1
    say(f"已撤销：{len(plan.restored)} 个站恢复原样，{len(plan.removed)} 个新站移除。")
    return 0


def _say_undo(plan: UndoPlan, say: bootstrap.Say) -> None:
    run = plan.run
    say(f"上次导入：{run.by}，{local_time(run.started_at)}，新增 {run.added} 个、更新 {run.updated} 个。")
    for obstacle in plan.obstacles:
        say(f"不能撤销 {obstacle.station_id} {obstacle.name}：{obstacle.reason}")
    if plan.obstacles:
        return
    for one in plan.restored[:SHOWN]:
        say(f"恢复 {one.station_id} {one.name}：{'、'.join(one.columns)}")
    for one in plan.removed[:SHOWN]:
        say(f"移除 {one.station_id} {one.name}")
    if max(len(plan.restored), len(plan.removed)) > SHOWN:
        say(f"共恢复 {len(plan.restored)} 个站、移除 {len(plan.removed)} 个新站，上面各列出前 {SHOWN} 个。")
