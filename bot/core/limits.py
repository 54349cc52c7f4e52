"""How long each step may take, in working days (product design, "Life of a demand")."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.case import MAX_RETURNS, State

HANDOVER_IDLE = timedelta(minutes=30)
"""Without a word from the person in charge of a conversation, the bot answers again."""


@dataclass(frozen=True)
class Limits:
    """Working days; every one is a setting with this default."""

    form_check: int = 1
    pickup: int = 2
    first_contact: int = 3
    opinion: int = 10
    expert: int = 15
    remind_before: int = 1
    """Before the limit ends."""
    remind_after: int = 1
    """After it; what still is not taken then goes to the next station the day after."""
    escalate_after: int = 5
    """Days over, after which staff are told."""
    returns: int = MAX_RETURNS
    """The return after which staff decide."""

    def of(self, state: str) -> int | None:
        """The limit of the step that a demand in `state` waits for; None when it waits for nothing."""
        return {
            State.SUBMITTED: self.form_check,
            State.FORM_CHECK: self.form_check,
            State.ACCEPTED: self.form_check,
            State.AWAITING_PICKUP: self.pickup,
            State.TAKEN: self.first_contact,
            State.CONTACTED: self.opinion,
            State.DIAGNOSING: self.expert,
        }.get(State(state))
