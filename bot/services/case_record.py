"""The record of a case: locked, checked against what the actor saw, changed with an event that is never overwritten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core import calendar
from bot.core.case import EVENTS, State, may
from bot.core.limits import Limits
from models import CaseEvent, Demand, Session
from models.repositories import demands as stored


class CaseError(Exception):
    """What was asked for cannot be done now; the message is for the person who asked."""


class AlreadyHandled(CaseError):
    """Someone else was first."""

    def __init__(self, by: str, state: State) -> None:
        super().__init__(f"已由{by}处理，现在是“{state.label}”。")
        self.by = by
        self.state = state


class NotAllowed(CaseError):
    """The person may not do this."""


class DoneBefore(Exception):
    """The same person did the same a moment ago (a double press): nothing is left to do."""


@dataclass(frozen=True)
class Actor:
    """Who does something to a case."""

    kind: str
    """enterprise, liaison, staff or system."""
    id: str
    name: str
    liaison_pk: int | None = None
    station_id: str | None = None
    """Of an account that acts for this station."""
    society: str | None = None
    """Of an account that acts for all stations of this society."""


SYSTEM = Actor("system", "system", "系统")


@dataclass(frozen=True)
class CaseRecord:
    """Opens demands for a change and writes the change down. Every method works in the caller's transaction."""

    clock: Callable[[], datetime]
    limits: Limits

    def open(self, session: Session, demand_no: str, action: str, actor: Actor, version: int | None) -> Demand:
        """The demand, locked, if `action` is possible and nobody changed it since the actor saw `version`.

        Raises CaseError, AlreadyHandled or DoneBefore.
        """
        demand = stored.locked(session, demand_no)
        if demand is None:
            raise CaseError("没有这条需求。")
        state = State(demand.state)
        if (version is None or demand.version == version) and may(action, state, actor.kind):
            return demand
        if may(action, state) and not may(action, state, actor.kind):
            raise NotAllowed("您不能对这条需求做这件事。")
        seen = demand.version if version is None else version
        change = stored.change_of(session, demand.id, seen) or stored.last_change(session, demand.id)
        if change is None:
            raise CaseError(f"现在是“{state.label}”，不能这样处理。")
        if change.kind == EVENTS[action] and (change.actor_kind, change.actor_id) == (actor.kind, _stored_id(actor)):
            raise DoneBefore
        raise AlreadyHandled(change.actor_name, state)

    def move(self, session: Session, demand: Demand, state: State, kind: str, actor: Actor, **details: Any) -> None:
        """Into `state`, with the limit of its step; the version goes up."""
        before, seen = State(demand.state), demand.version
        demand.state = state
        days = self.limits.of(state)
        demand.due_at = calendar.due_at(self.clock(), days) if days is not None else None
        self.touch(demand)
        self.event(session, demand, kind, actor, since=before, seen=seen, **details)

    def touch(self, demand: Demand) -> None:
        """What others saw of it is out of date from now on."""
        demand.version += 1
        demand.updated_at = self.clock()

    def event(
        self,
        session: Session,
        demand: Demand,
        kind: str,
        actor: Actor,
        *,
        since: State | None = None,
        seen: int | None = None,
        reason: str | None = None,
        station_id: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Adds to the history; `seen` is the version that this event replaced."""
        station = demand.station
        session.add(
            CaseEvent(
                demand_id=demand.id,
                at=self.clock(),
                kind=kind,
                state_from=since,
                state_to=State(demand.state),
                actor_kind=actor.kind,
                actor_id=_stored_id(actor),
                actor_name=actor.name[:60],
                station_id=station_id or (station.station_id if station else None),
                reason=reason,
                data={**(data or {}), **({"seen": seen} if seen is not None else {})},
            )
        )


def _stored_id(actor: Actor) -> str | None:
    """The history outlives what is kept about a person: of the enterprise it keeps no account."""
    return None if actor.kind == "enterprise" else actor.id[:60]
