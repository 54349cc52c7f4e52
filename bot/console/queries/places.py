"""Districts, for choosing one."""

from sqlalchemy import select, union

from bot.core import taxonomy
from models import Database, Demand, Station


def districts(db: Database) -> list[str]:
    """Chengdu's districts, then whatever else demands and stations name."""
    named = union(select(Demand.district), select(Station.district)).subquery()
    with db.read() as session:
        occurring = session.scalars(select(named.c[0]).order_by(named.c[0])).all()
    return list(dict.fromkeys([*taxonomy.districts().values(), *filter(None, occurring)]))
