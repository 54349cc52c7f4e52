"""How fast, how often and how long the outbox tries."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Pace:
    """Every figure is a setting with this default."""

    poll: float = 0.3
    """Seconds between looks at an empty outbox."""
    at_once: int = 16
    """Deliveries under way at the same time."""
    delivery: float = 45.0
    """Seconds one delivery may take."""
    completion: float = 12.0
    """Seconds that may go into what a notice is completed with before."""
    lease: timedelta = timedelta(seconds=60)
    """Longer than completion and delivery, so that two workers never send the same."""
    attempts: int = 12
    """After so many that failed a notice is dead."""
    life: timedelta = timedelta(days=3)
    """After this age, too."""
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=30)
    grace: float = 8.0
    """Seconds that deliveries under way get when the worker stops."""

    def pause(self, attempts: int, jitter: float) -> timedelta:
        """Doubles with every attempt; `jitter` 0–1 adds up to a quarter, so that workers do not march in step."""
        doubled = self.first_pause * float(2 ** min(attempts - 1, 20))
        return min(doubled, self.longest_pause) * (1 + jitter / 4)
