"""What all deeds on cases share."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from bot.core import calendar
from bot.core.limits import Limits
from bot.core.routing import Routed, RouteQuery
from bot.services.case_assignment import Assignment
from bot.services.case_duty import is_absent
from bot.services.case_notices import NoticeWriter, due_words
from bot.services.case_record import Actor, CaseRecord, DoneBefore, NotAllowed
from models import Database, Demand, Session
from models.repositories import demands as stored

CHANNELS = frozenset({"wecom", "telegram"})
Params = ParamSpec("Params")


class CaseBase:
    """`route` finds stations again after a return; it is called outside of write transactions."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        route: Callable[[RouteQuery], Routed],
        *,
        console_url: str = "",
        channels: frozenset[str] = CHANNELS,
        limits: Limits | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._route = route
        self._limits = limits or Limits()
        self._record = CaseRecord(clock, self._limits)
        self._tell = NoticeWriter(console_url, channels)
        self._assignment = Assignment(self._record, self._tell)

    def _mine(self, session: Session, demand_no: str, action: str, actor: Actor, version: int | None) -> Demand:
        """The demand for the liaison who has it, a stand-in while that one is away, an account of the station or of

        its society, or staff; unchanged since seen.
        """
        demand = self._record.open(session, demand_no, action, actor, version)
        if actor.kind == "staff" or _account_of(actor, demand):
            return demand
        liaison = stored.liaison(session, actor.liaison_pk) if actor.liaison_pk is not None else None
        if liaison is None or not liaison.active or liaison.station_pk != demand.station_pk:
            raise NotAllowed("这条需求不是派给贵站的，不能操作。")
        assigned = demand.liaison
        if assigned is None or assigned.id == liaison.id or not assigned.active:
            return demand
        if liaison.role == "backup" and is_absent(assigned, calendar.chengdu_date(self._clock())):
            return demand
        raise NotAllowed(f"这条需求派给了{assigned.name}，不能代办。")

    def _tell_enterprise(self, session: Session, demand: Demand, kind: str, **values: str) -> None:
        """In the name of the station."""
        station = demand.station.name if demand.station else ""
        named: dict[str, Any] = {"station": station, "due": due_words(demand), **values}
        self._tell.to_enterprise(session, demand, kind, self._clock(), **named)


def _account_of(actor: Actor, demand: Demand) -> bool:
    """Whether the actor is an account of the demand's station, or of the society it belongs to."""
    station = demand.station
    if actor.kind != "liaison" or station is None:
        return False
    society = station.society.name if station.society else None
    own = actor.station_id is not None and actor.station_id == station.station_id
    return own or (actor.society is not None and actor.society == society)


def once(deed: Callable[Params, None]) -> Callable[Params, None]:
    """A double press by the same person changes nothing and is no error."""

    @wraps(deed)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> None:
        with suppress(DoneBefore):
            deed(*args, **kwargs)

    return guarded
