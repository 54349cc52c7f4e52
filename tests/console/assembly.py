"""The console's services put together as bot.bootstrap does."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bot.services.container import Services
from bot.services.users import UserService
from bot.settings import load
from models import Database


def services(db: Database, clock: Callable[[], datetime], users: UserService, var: Path) -> Services:
    settings = load(var_dir=var, demo=True)
    nothing = cast(Any, None)
    return Services(settings, db, clock, nothing, nothing, nothing, nothing, nothing, nothing, users)
