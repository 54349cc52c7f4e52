"""Which rows a viewer may see (product design, "Who uses it")."""

from sqlalchemy import ColumnElement, false, select, true

from bot.core.roles import Right, Role, Viewer
from models import Demand, Society, Station


def demands(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on Demand."""
    if not viewer.may(Right.DEMANDS):
        return false()
    if viewer.role is Role.DISTRICT:
        return Demand.district == viewer.scope
    if viewer.role in (Role.SOCIETY, Role.LIAISON):
        return Demand.station_pk.in_(select(Station.id).where(stations(viewer)))
    return true()


def stations(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on Station."""
    if not viewer.may(Right.STATIONS):
        return false()
    if viewer.role is Role.DISTRICT:
        return Station.district == viewer.scope
    if viewer.role is Role.SOCIETY:
        return Station.society_id.in_(select(Society.id).where(Society.name == viewer.scope))
    if viewer.role is Role.LIAISON:
        return Station.station_id == viewer.scope
    return true()
