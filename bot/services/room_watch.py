"""Tells staff when a station that was full could take a demand that waits in their queue."""

from bot.core.assignment import words
from bot.core.case import STAFF_QUEUE
from bot.core.station import RUNNING
from bot.services.case_base import CaseBase
from bot.services.case_record import SYSTEM
from models import Demand, Session
from models.repositories import demands as stored
from models.repositories import stations

QUEUE_LOOK = 1000
"""Demands without a station that are looked at, the oldest first."""


class RoomWatch(CaseBase):
    """What it finds is on the record once, and in Demand.routing["room"] as long as it holds."""

    def tell_of_room(self) -> None:
        """Shows staff which of the stations that were full when a demand came could take it now."""
        with self._db.read() as session:
            waiting = [one for one in stored.without_station(session, sorted(STAFF_QUEUE), QUEUE_LOOK) if _full(one)]
            if not waiting:
                return
            rooms = _rooms(session, {station_id for one in waiting for station_id in _full(one)})
        for demand in waiting:
            free = {key: rooms[key] for key in _full(demand) if key in rooms}
            if free != demand.routing.get("room", {}):
                self._note_room(demand.demand_no, free)

    def _note_room(self, demand_no: str, free: dict[str, str]) -> None:
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.station_pk is not None or demand.routing.get("room", {}) == free:
                return
            news = [text for key, text in free.items() if key not in demand.routing.get("room", {})]
            demand.routing = {**demand.routing, "room": free}
            if news:
                reason = words("room", stations="、".join(news))
                self._record.event(session, demand, "room", SYSTEM, reason=reason)


def _full(demand: Demand) -> list[str]:
    """Stations that were only full when this demand was routed."""
    return [one["station_id"] for one in demand.routing.get("waiting", [])]


def _rooms(session: Session, station_ids: set[str]) -> dict[str, str]:
    """Those of them that can take a demand now, in words."""
    found = stations.by_ids(session, sorted(station_ids))
    cases = stations.open_cases(session, [one.id for one in found])
    return {
        one.station_id: words("room_of", station=one.name, open=cases.get(one.id, 0), capacity=one.capacity)
        for one in found
        if one.status == RUNNING and cases.get(one.id, 0) < one.capacity
    }
