"""Stations as they stand at this very moment: locked, counted, and with who would take a demand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from bot.core import calendar
from bot.core.assignment import Turn, words
from bot.core.roles import Role
from bot.core.routing import RouteQuery, Standing, bars
from bot.services.case_duty import on_duty, there_by
from models import Demand, Liaison, Session, Station
from models.repositories import demands as stored
from models.repositories import holds, stations, users


@dataclass(frozen=True)
class Roster:
    """When somebody must be there, and whom a notice reaches."""

    now: datetime
    last: date
    """The last day on which the demand can be taken in time."""
    reaches: Callable[[Liaison], bool]


@dataclass(frozen=True)
class StandingNow:
    """A locked station; nothing about it changes until the transaction ends."""

    station: Station
    turn: Turn
    why_not: str | None
    """The hard rules that bar it, in words; which demands fit it is not asked here."""
    only_full: bool
    liaison: Liaison | None
    """Who would get the demand."""
    told: bool
    """A notice reaches this person, or the station sees its demands in the console."""

    @property
    def free(self) -> bool:
        """May get a demand without staff."""
        return self.why_not is None and self.liaison is not None and self.told


def standings_now(
    session: Session, station_ids: Sequence[str], demand: Demand | None, draft_id: str, roster: Roster
) -> dict[str, StandingNow]:
    """By station_id, without those that are not in the directory; `demand` or `draft_id` is what looks for a place."""
    found = stored.locked_stations(session, station_ids)
    rows, pks = list(found.values()), [station.id for station in found.values()]
    draft_id = demand.draft_id if demand is not None else draft_id
    cases, held = stations.open_cases(session, pks), holds.counts(session, pks, draft_id, roster.now)
    accounts, today = _Accounts(session, rows), calendar.chengdu_date(roster.now)
    now: dict[str, StandingNow] = {}
    for station_id, station in found.items():
        count = cases.get(station.id, 0)
        barred = bars(Standing(stations.record_of(station), count), RouteQuery(""), today)
        present = demand is not None and demand.station_pk == station.id
        why_not = words("present") if present else "；".join(bar.text for bar in barred) or None
        only_full = [bar.code for bar in barred] == ["full"] and not present
        liaison, told = _who(station, accounts, roster, today)
        turn = Turn(count + held.get(station.id, 0), station.capacity, station.last_assigned)
        now[station_id] = StandingNow(station, turn, why_not, only_full, liaison, told)
    return now


class _Accounts:
    """Looked up only when somebody cannot be told otherwise."""

    def __init__(self, session: Session, rows: Sequence[Station]) -> None:
        self._session, self._rows = session, rows

    @cached_property
    def _found(self) -> set[str]:
        return with_account(self._session, self._rows)

    def __contains__(self, station_id: str) -> bool:
        return station_id in self._found


def _who(station: Station, accounts: _Accounts, roster: Roster, today: date) -> tuple[Liaison | None, bool]:
    """The first who is there in time and can be told; else who sees it in the console; else who is in office."""
    there = there_by(station.liaisons, roster.now, roster.last)
    told = [one for one in there if roster.reaches(one)]
    told = told or (there if there and station.station_id in accounts else [])
    if told:
        return told[0], True
    return on_duty(station.liaisons, today), False


def with_account(session: Session, rows: Sequence[Station]) -> set[str]:
    """Stations for which somebody can sign in to the console: of their own, or of their society."""
    own = users.scopes_of(session, Role.LIAISON, [row.station_id for row in rows])
    names = [row.society.name for row in rows if row.society]
    societies = users.scopes_of(session, Role.SOCIETY, names) if names else set()
    return own | {row.station_id for row in rows if row.society and row.society.name in societies}
