"""Reading messages and routing demands from the command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import day, opened
from bot.commands.stations import FORMATS
from bot.commands.usage import ending, existing

app = typer.Typer()


@app.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="一条消息；不给则逐行读标准输入")] = None,
    today: Annotated[str | None, typer.Option(help="当作今天的日期，YYYY-MM-DD")] = None,
) -> None:
    """理解一条或多条消息，每条输出一行 JSON。"""
    from bot import bootstrap

    settings = opened()
    bootstrap.parse(settings, text, day(today), sys.stdin, sys.stdout)


@app.command()
def route(
    stations: Annotated[Path | None, typer.Option(help="名录文件；不给则用数据库里的名录")] = None,
) -> None:
    """逐行读需求（JSON），输出最合适的服务站与理由。"""
    from bot import bootstrap

    if stations is not None:
        ending(existing(stations), *FORMATS)
    settings = opened()
    bootstrap.route(settings, stations, sys.stdin, sys.stdout)
