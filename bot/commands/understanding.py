"""Reading messages and routing demands from the command line."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import day, opened
from bot.commands.stations import FORMATS
from bot.commands.usage import ending, existing
from bot.core.calendar import chengdu_date

app = typer.Typer()


@app.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="一条消息；不给则逐行读标准输入")] = None,
    today: Annotated[str | None, typer.Option(help="当作今天的日期，YYYY-MM-DD")] = None,
) -> None:
    """理解一条或多条消息，每条输出一行 JSON。"""
    from bot import bootstrap
    from bot.nlu.parse import Parser, parse_lines

    as_of, settings = day(today), opened()
    parser = Parser(bootstrap.train(settings, if_needed=True, say=lambda _: None))
    if text is None:
        parse_lines(sys.stdin, sys.stdout, parser, as_of)
    else:
        typer.echo(json.dumps(parser.parse(text, today=as_of), ensure_ascii=False))


@app.command()
def route(
    stations: Annotated[Path | None, typer.Option(help="名录文件；不给则用数据库里的名录")] = None,
) -> None:
    """逐行读需求（JSON），输出最合适的服务站与理由。"""
    from bot import bootstrap
    from bot.services.route_lines import file_route, route_lines

    if stations is not None:
        ending(existing(stations), *FORMATS)
    settings = opened()
    if stations is None:
        bootstrap.migrate(settings)
        route_lines(sys.stdin, sys.stdout, bootstrap.services(settings).routing.route)
    else:
        cache, as_of = settings.var_dir / "vectors", lambda: chengdu_date(bootstrap.utc_now())
        route_lines(sys.stdin, sys.stdout, file_route(stations, cache, as_of))
