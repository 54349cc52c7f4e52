"""Health and metrics."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot.console.context import Here
from bot.console.queries import figures
from models import Database, DatabaseError

router = APIRouter()


@router.get("/health")
def health(here: Here) -> Response:
    """200 when the database answers, otherwise 503."""
    try:
        here.db.ping()
    except DatabaseError:
        return JSONResponse({"status": "unavailable", "database": "down"}, 503)
    return JSONResponse({"status": "ok", "database": "up"})


@router.get("/metrics")
def metrics(here: Here) -> Response:
    """Counts only; nothing about a person."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counts(here.db))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Counts(Collector):
    """Rows by state, read when they are asked for."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def collect(self) -> list[GaugeMetricFamily]:
        return [_family(name, counts) for name, counts in sorted(figures.gauges(self._db).items())]

    def describe(self) -> list[GaugeMetricFamily]:
        return []


def _family(name: str, counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"zhuli_{name}", f"Number of {name} by state", labels=["state"])
    for state, count in sorted(counts.items()):
        family.add_metric([state], count)
    return family
