"""Districts that occur, for choosing one."""

from sqlalchemy import select, union

from models import Database, Demand, Station


def districts(db: Database) -> list[str]:
    """Districts of demands and stations, by name."""
    named = union(select(Demand.district), select(Station.district)).subquery()
    with db.read() as session:
        return [row for row in session.scalars(select(named.c[0]).order_by(named.c[0])) if row]
