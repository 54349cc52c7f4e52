"""`zhuli evaluate`: how well it understands and routes, on a set anyone can write."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.opening import day, opened
from bot.commands.stations import FORMATS
from bot.commands.usage import ending, existing
from bot.core.calendar import CHENGDU
from bot.settings import ROOT, Settings

evaluate = typer.Typer(help="用一份标注好的文件评一评：消息、字段、派站。", no_args_is_help=True)
SAMPLE_STATIONS = ROOT / "bot/services/data/stations_demo.jsonl"
Today = Annotated[str | None, typer.Option(help="当作今天的日期，YYYY-MM-DD")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Errors = Annotated[bool, typer.Option("--errors", help="列出错的原文（电话打码）")]


@evaluate.command("messages")
def messages(file: Path, today: Today = None, as_json: AsJson = False, errors: Errors = False) -> None:
    """每行 {"text", "intent", "context"?, "fields"?}：意图与字段。"""
    from bot.evaluation import report, sets
    from bot.evaluation.messages import judge_messages

    rows, when = sets.read(existing(file), sets.message), _today(today)
    found = judge_messages(rows, _parse(opened()), when, _progress)
    typer.echo(report.as_json(found, errors=errors) if as_json else report.messages_text(found, errors=errors))


@evaluate.command("fields")
def fields(file: Path, today: Today = None, as_json: AsJson = False, errors: Errors = False) -> None:
    """每行 {"text", "field", "value"}：一个字段的值；field 为 null 表示整句没有值。"""
    from bot.evaluation import report, sets
    from bot.evaluation.messages import judge_fields

    rows, when = sets.read(existing(file), sets.field), _today(today)
    found = judge_fields(rows, _parse(opened()), when, _progress)
    typer.echo(report.as_json(found, errors=errors) if as_json else report.values_text(found, errors=errors))


@evaluate.command("routing")
def routing(
    file: Path,
    stations: Annotated[
        Path | None, typer.Option(help="名录文件；不给则用自带的示例名录，只标了学会代码的用全国学会")
    ] = None,
    today: Today = None,
    as_json: AsJson = False,
    errors: Errors = False,
) -> None:
    """每行 {"text", "stations_ok" 或 "societies_ok", "title"?, "district"?, "hightech_l1"?}：派到哪个站。"""
    from bot.evaluation import report, sets
    from bot.evaluation.routing import judge_routing, names_of
    from bot.services.judged_route import directory_for, judged_route

    if stations is not None:
        ending(existing(stations), *FORMATS)
    rows, when = sets.read(existing(file), sets.demand), _today(today)
    codes = frozenset().union(*(row.right for row in rows))
    directory = directory_for(codes, stations, SAMPLE_STATIONS)
    route = judged_route(directory, opened().var_dir / "vectors", lambda: when, fields=any(row.fields for row in rows))
    found = judge_routing(rows, names_of(directory), route, _progress)
    typer.echo(report.as_json(found, errors=errors) if as_json else report.routing_text(found, errors=errors))


def _today(given: str | None) -> date:
    return day(given) or datetime.now(CHENGDU).date()


def _parse(settings: Settings) -> Any:
    from bot import bootstrap
    from bot.nlu.parse import Parser

    say = lambda text: typer.echo(text, err=True)  # noqa: E731
    return Parser(bootstrap.train(settings, if_needed=True, say=say)).parse


def _progress(done: int, total: int) -> None:
    """Every tenth of the way, on stderr."""
    if done * 10 // total > (done - 1) * 10 // total:
        typer.echo(f"{done}/{total}", err=True)
