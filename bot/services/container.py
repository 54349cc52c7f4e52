"""The services of this process, put together by bot.bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.core.calendar import chengdu_date
from models.session import Database

if TYPE_CHECKING:
    from bot.services.cases import CaseService
    from bot.services.conversations import ConversationLog
    from bot.services.directory import DirectoryService
    from bot.services.inbox import Inbox
    from bot.services.intake import IntakeService
    from bot.services.routing import RoutingService
    from bot.services.talent import TalentService
    from bot.services.users import UserService
    from bot.settings import Settings


@dataclass
class Services:
    """All use cases over one database."""

    settings: "Settings"
    db: Database
    clock: Callable[[], datetime]
    routing: "RoutingService"
    directory: "DirectoryService"
    cases: "CaseService"
    intake: "IntakeService"
    conversations: "ConversationLog"
    inbox: "Inbox"
    users: "UserService"
    talent: "TalentService"

    def today(self) -> date:
        """The date in Chengdu."""
        return chengdu_date(self.clock())


_current: Services | None = None


def use(services: Services) -> None:
    """Makes `services` those of this process."""
    global _current
    _current = services


def current() -> Services:
    """RuntimeError before bot.bootstrap has put them together."""
    if _current is None:
        raise RuntimeError("the services are not put together yet; start through `zhuli`")
    return _current
