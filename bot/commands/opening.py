"""How every command begins: settings, quiet logs, dates of the command line."""

from datetime import date
from typing import Any

import typer

from bot import settings as settings_module
from bot.settings import Settings


def loaded(**given: Any) -> Settings:
    """The settings, with what the command line gave instead."""
    return settings_module.load(**{key: value for key, value in given.items() if value is not None})


def opened(**given: Any) -> Settings:
    """The settings, with logs at the level they say."""
    from bot.runtime import quiet

    settings = loaded(**given)
    quiet.environment()
    quiet.logs(settings.log_level)
    return settings


def day(text: str | None) -> date | None:
    """A date of the command line."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("日期要写成 YYYY-MM-DD，例如 2026-11-22") from None
