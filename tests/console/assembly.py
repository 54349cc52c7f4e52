"""The console's services put together as bot.bootstrap does, with the character encoder for speed."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bot.core.calendar import chengdu_date
from bot.nlu.encoder import encoder
from bot.services.cases import CaseService
from bot.services.container import Services
from bot.services.directory import DirectoryService
from bot.services.routing import RoutingService
from bot.services.talent import TalentService
from bot.services.users import UserService
from bot.services.vectors import Encoders
from bot.settings import load
from models import Database


def characters() -> Encoders:
    return Encoders(encoder("characters"), encoder("characters"))


def services(db: Database, clock: Callable[[], datetime], users: UserService, var: Path) -> Services:
    """All that the console calls; the conversation's own services are left out."""
    settings = load(var_dir=var, demo=True)
    routing = RoutingService(db, clock, encoders=characters)
    cases = CaseService(db, clock, routing.route, console_url=settings.console_url)
    unused = cast(Any, None)
    directory = DirectoryService(db, clock)
    talent = TalentService(db, clock, characters, lambda: chengdu_date(clock()))
    return Services(settings, db, clock, routing, directory, cases, unused, unused, unused, users, talent)
