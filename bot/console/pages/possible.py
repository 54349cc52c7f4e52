"""What staff can do with a demand in its present state."""

from dataclasses import dataclass

from bot.console.queries.demand_detail import DemandDetail
from bot.console.queries.scope import OVER

OPEN_FOR_REJECTION = frozenset({"submitted", "form_check", "accepted", "awaiting_pickup", "supplement"})
OPEN_FOR_CLOSING = frozenset({"taken", "contacted", "diagnosing", "matching", "agreed", "long_term", "unresolved"})


@dataclass(frozen=True)
class Possible:
    """Each deed, by state alone; rights are checked beside it."""

    assign: bool
    reroute: bool
    close: bool
    reject: bool
    resend: bool

    @property
    def any(self) -> bool:
        return self.assign or self.reroute or self.close or self.reject

    @classmethod
    def of(cls, found: DemandDetail) -> "Possible":
        running = found.state not in OVER
        return cls(
            assign=running,
            reroute=found.state in OPEN_FOR_REJECTION,
            close=found.state in OPEN_FOR_CLOSING,
            reject=found.state in OPEN_FOR_REJECTION,
            resend=running,
        )
