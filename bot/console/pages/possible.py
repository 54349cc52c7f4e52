"""What can be done with a demand in its present state."""

from dataclasses import dataclass

from bot.console.queries.demand_detail import DemandDetail
from bot.core.case import may
from bot.services.disclosure import TAKEN_STATES


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
            reroute=may("assign", found.state),
            close=may("close", found.state),
            reject=may("reject", found.state),
        )


@dataclass(frozen=True)
class LiaisonPossible:
    """What the liaison of the demand's station can do."""

    take: bool
    contacted: bool
    diagnose: bool
    match: bool
    note: bool
    close: bool
    return_: bool
    refer: bool
    contact: bool

    @property
    def any(self) -> bool:
        return self.note

    @classmethod
    def of(cls, found: DemandDetail) -> "LiaisonPossible":
        state = found.state
        return cls(
            take=may("take", state),
            contacted=may("contact", state),
            diagnose=may("diagnose", state),
            match=may("match", state),
            note=may("note", state),
            close=may("close", state),
            return_=may("return", state),
            refer=may("refer", state),
            contact=found.shared and state in TAKEN_STATES,
        )
