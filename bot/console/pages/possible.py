"""What can be done with a demand in its present state."""

from dataclasses import dataclass

from bot.console.queries.demand_detail import DemandDetail
from bot.core.case import STAFF_QUEUE, State, may


@dataclass(frozen=True)
class Possible:
    """What staff can do, by state alone; rights are checked beside it."""

    assign: bool
    reroute: bool
    close: bool
    reject: bool

    @property
    def any(self) -> bool:
        return self.assign or self.reroute or self.close or self.reject

    @classmethod
    def of(cls, found: DemandDetail) -> "Possible":
        return cls(
            assign=may("assign", found.state),
            reroute=found.state in STAFF_QUEUE | {State.AWAITING_PICKUP},
            close=may("close", found.state),
            reject=may("reject", found.state),
        )
