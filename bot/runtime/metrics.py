"""Aggregate figures of the bot process in Prometheus' format; never anything about one person."""

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

TURNS = Counter("zhuli_turns", "Turns by outcome: done, cut_off or failed.", ["outcome"], registry=REGISTRY)
TURN_SECONDS = Histogram(
    "zhuli_turn_seconds",
    "Time of a turn, from the sender's lock to the commit.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3.5, 5, 10),
    registry=REGISTRY,
)
LIVE = Gauge("zhuli_live_trackers", "Conversations held in memory.", registry=REGISTRY)
BUSY = Gauge("zhuli_busy_senders", "Senders whose turn runs or waits.", registry=REGISTRY)


def watch(live: Callable[[], int], busy: Callable[[], int]) -> None:
    """Read the gauges from these at each scrape."""
    LIVE.set_function(live)
    BUSY.set_function(busy)


def exposition() -> tuple[bytes, str]:
    """The metrics and their content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
